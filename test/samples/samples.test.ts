import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { compileModel } from '../../src/compiler/compile.js';
import { type Golden, goldenSequences, makeGolden } from '../../src/interpreter/golden.js';
import type { Objective } from '../../src/ir/plan.js';
import { printProgram } from '../../src/ir/print.js';
import { printPlan } from '../../src/ir/print-plan.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { verify } from '../../src/verify.js';
import { WHOLE } from '../whole.js';

const FOLDER = import.meta.dirname;
const SAMPLES = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
/** RNNQ_BLESS=text rewrites program.txt and plan.txt, RNNQ_BLESS=golden the golden hashes: a changed golden is changed semantics. */
const BLESS = process.env.RNNQ_BLESS;
const REQUIRED = process.env.RNNQ_REQUIRE_QEMU === '1';
/** One core of each kind of kernels. */
const PLANNED = ['cortex-m0plus', 'cortex-m4', 'cortex-m55'] as const;

function compare(path: string, text: string, kind: 'text' | 'golden'): void {
  if (BLESS === kind) writeFileSync(path, text);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(text);
}

const hexOf = (hash: number): string => hash.toString(16).padStart(8, '0');
const hashesOf = ({ hashes }: Golden): string[] => hashes.map(hexOf);

interface Run {
  readonly core: CoreName;
  readonly objective: Objective;
}

const CORE_NAMES = Object.keys(CORES) as CoreName[];

const OBJECTIVES: readonly Objective[] = ['balanced', 'size'];

/** Every core, as it is compiled by default and for size. */
const everyRun = CORE_NAMES.flatMap((core) => OBJECTIVES.map((objective): Run => ({ core, objective })));

/** The host and another core for each sample; each core has a sample for either objective. */
function fewRuns(at: number): Run[] {
  const cores = CORE_NAMES.filter((core) => core !== 'host');
  const turn = Math.floor(at / cores.length);
  return [
    { core: 'host', objective: OBJECTIVES[at % 2]! },
    { core: cores[at % cores.length]!, objective: OBJECTIVES[turn % 2]! },
  ];
}

test('few runs have every core for both objectives', () => {
  const runs = SAMPLES.flatMap((_, at) => fewRuns(at));
  const kinds = new Set(runs.map(({ core, objective }) => `${core} ${objective}`));
  expect(everyRun.filter(({ core, objective }) => !kinds.has(`${core} ${objective}`))).toEqual([]);
});

describe.each(SAMPLES.map((entry, at) => [entry.name, at] as const))('sample %s', (name, at) => {
  const model = readModel(readFileSync(join(FOLDER, name, 'model.json'), 'utf8'));

  test('lowers to the recorded program', () => {
    const { program } = compileModel(model, { core: 'host' });
    if (name !== 'gru_digits') compare(join(FOLDER, name, 'program.txt'), printProgram(program), 'text');
  });

  test('has the recorded plan on a core of each kind', () => {
    const plans = PLANNED.map((core) => printPlan(compileModel(model, { core }).plan));
    compare(join(FOLDER, name, 'plan.txt'), plans.join('\n'), 'text');
  });

  test('gives the recorded golden', () => {
    const { golden, streamGolden } = compileModel(model, { core: 'host' });
    // behind a front end: codes, outputs and reports of noise, after the sequences of the network alone
    const stream = streamGolden === null ? [] : [hexOf(streamGolden.hashes.at(-1)!)];
    compare(join(FOLDER, name, 'golden.txt'), `${[...hashesOf(golden), ...stream].join('\n')}\n`, 'golden');
  });

  // samples with fields that version 1 did not have have no such record
  const former = join(FOLDER, name, 'golden-1.txt');
  test.runIf(existsSync(former))('gives the integers of version 1 for the inputs that version 1 derived', () => {
    const [seed, ...recorded] = readFileSync(former, 'utf8').trim().split('\n');
    const { program } = compileModel(model, { core: 'host' });
    const inputs = goldenSequences(model, Number.parseInt(seed!.replace('seed ', ''), 16));
    expect(hashesOf(makeGolden(program, inputs))).toEqual(recorded);
  });

  test.for(WHOLE ? everyRun : fewRuns(at))(
    'is bit-exact on $core, $objective',
    async ({ core, objective }, context) => {
      const missing = await missingTool(core);
      if (missing !== null && !REQUIRED) return context.skip(missing);
      const result = await verify(compileModel(model, { core, objective }), { core });
      expect(result).toMatchObject({ passed: true, differences: 0, failure: null, plan: { objective } });
      expect(result.steps).toBeGreaterThan(32);
    },
  );
});
