import { expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { type Compilation, compileModel } from '../../src/compiler/compile.js';
import type { Decision } from '../../src/ir/decision.js';
import { measureStreamCycles } from '../../src/stream-cycles.js';
import { chainOf, FLAGS, MARGIN, streamModel } from './stream-models.js';

// Noise through a chain whose thresholds are reached in some frames and not in others.
const DECISIONS: readonly Decision[] = [
  { ...MARGIN, threshold: 20, refractory: 1 },
  { ...FLAGS, refractory: [1, 0, 2] },
  { kind: 'score', refractory: 1 },
];

const compiled = (decision: Decision, pooled = false): Compilation =>
  compileModel(streamModel(chainOf(3, [{ kind: 'decimate', shift: 2 }]), { decision, pooled }), { core: 'cortex-m0' });

test.for(DECISIONS.map((decision) => [decision.kind, decision] as const))(
  'front end and the decision %s take the same instructions for every frame',
  async ([, decision], context) => {
    const missing = await missingTool('cortex-m0');
    if (missing !== null) return context.skip(missing);
    const { frontEnd, decision: own } = (await measureStreamCycles(compiled(decision), 'cortex-m0'))!;
    expect([frontEnd.instructions.max, own.instructions.max]).toEqual([
      frontEnd.instructions.min,
      own.instructions.min,
    ]);
    expect(own.instructions.min).toBeGreaterThan(10);
  },
);

test('a network with an output every second frame decides with those alone', async (context) => {
  const missing = await missingTool('cortex-m0');
  if (missing !== null) return context.skip(missing);
  const every = (await measureStreamCycles(compiled(DECISIONS[0]!), 'cortex-m0'))!;
  const second = (await measureStreamCycles(compiled(DECISIONS[0]!, true), 'cortex-m0'))!;
  expect(second.frontEnd.instructions.max).toBe(second.frontEnd.instructions.min);
  expect(second.decision.instructions.min).toBeLessThan(every.decision.instructions.min);
  expect(second.decision.instructions.max).toBeGreaterThanOrEqual(every.decision.instructions.max);
});

test('a decision with a branch is found', async (context) => {
  const missing = await missingTool('cortex-m0');
  if (missing !== null) return context.skip(missing);
  const compilation = compiled(DECISIONS[1]!);
  const path = 'src/rnnq_flags_s16_c.c';
  const text = compilation.files.get(path)!;
  const [from, to] = [
    'smoothed[j] = s;',
    'smoothed[j] = s;\n        if (report == 0) {\n            continue;\n        }',
  ];
  expect(text).toContain(from);
  const files: Compilation['files'] = new Map([...compilation.files, [path, text.replace(from, to)]]);
  const { decision } = (await measureStreamCycles({ ...compilation, files }, 'cortex-m0'))!;
  expect(decision.instructions.max).toBeGreaterThan(decision.instructions.min);
});
