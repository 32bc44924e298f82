import { expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { type Compilation, compileModel } from '../../src/compiler/compile.js';
import { LAYER_TYPES } from '../../src/layers/index.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { randomNetwork } from '../fuzz/random-network.js';
import { sampleText } from '../samples/sample-text.js';
import { WHOLE } from '../whole.js';
import { countSteps, FUNCTIONS } from './step-counts.js';

/** Small networks that have, with the samples below, every layer, one-hot inputs, hard gates, relu, 16 bits, and cells that saturate. */
const SEEDS = [23, 42, 49, 57, 129];
/** A core of each instruction set. */
const ONE_OF_EACH: readonly CoreName[] = ['cortex-m0', 'cortex-m4', 'cortex-m55'];
const CORTEX = (Object.keys(CORES) as CoreName[]).filter((core) => core !== 'host');

const compiled = (seed: number, core: CoreName) => compileModel(randomNetwork(seed).model, { core });
/** Partial results of windows, which a count begins again, and windows that are given back. */
const samples = ['steps_max_16_bits', 'window_given_back'].map((name) => readModel(sampleText(name)));

test('the networks have every task, every layer, hard gates, relu, one-hot inputs and 16 bits', () => {
  const models = [...SEEDS.map((seed) => randomNetwork(seed).model), ...samples];
  expect(new Set(models.map(({ task }) => task))).toEqual(new Set([undefined, 'detect', 'regress', 'anomaly']));
  const layers = models.flatMap((model) => model.layers);
  expect(new Set(layers.map((layer) => layer.type))).toEqual(new Set(LAYER_TYPES));
  const hard = layers.filter((layer) => 'activation' in layer && layer.activation === 'hard');
  expect(new Set(hard.map((layer) => layer.type))).toEqual(new Set(['rnn', 'gru', 'lstm']));
  expect(layers.some((layer) => layer.type === 'rnn' && layer.activation === 'relu')).toBe(true);
  expect(models.some((model) => model.input.encoding === 'one-hot')).toBe(true);
  expect(new Set(models.map((model) => model.activationBits))).toEqual(new Set([8, 16]));
});

test.for(WHOLE ? CORTEX : ONE_OF_EACH)(
  'advance, output and decision take the same instructions for all states and inputs of equal counters on %s',
  { timeout: 120_000 },
  async (core, context) => {
    const missing = await missingTool(core);
    if (missing !== null) return context.skip(missing);
    const counts = await countSteps(
      [...SEEDS.map((seed) => compiled(seed, core)), ...samples.map((model) => compileModel(model, { core }))],
      core,
    );
    // the networks with windows have three and four ways through advance
    expect(counts).toHaveLength((SEEDS.length + samples.length) * FUNCTIONS.length + 2 + 3);
    expect(counts.filter(({ instructions }) => instructions.length !== 1)).toEqual([]);
  },
);

test('a clamp, an argmax and a gather with branches are found', { timeout: 120_000 }, async (context) => {
  const missing = await missingTool('cortex-m0');
  if (missing !== null) return context.skip(missing);
  const planted: [number, string, string, string][] = [
    [49, 'src/rnnq_fixed.h', '#define RNNQ_BRANCH_FREE 1', ''],
    [57, 'src/rnnq_argmax_s16_c.c', 'const int32_t rest =', 'if (y[j] <= most) { continue; }\nconst int32_t rest ='],
    [57, 'src/rnnq_gather_s8_c.c', 'for (int32_t j', 'if (symbol[0] < 0) { return; }\nfor (int32_t j'],
  ];
  for (const [seed, path, from, to] of planted) {
    const compilation = compiled(seed, 'cortex-m0');
    const text = compilation.files.get(path);
    expect(text).toContain(from);
    const files: Compilation['files'] = new Map([...compilation.files, [path, text!.replace(from, to)]]);
    const counts = await countSteps([{ ...compilation, files }], 'cortex-m0');
    expect([path, counts.some(({ instructions }) => instructions.length > 1)]).toEqual([path, true]);
  }
});
