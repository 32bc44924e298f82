import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTool } from '../../src/boards/tools.js';
import { runEva } from '../../src/build/eva.js';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { type Compilation, compile, compileModel } from '../../src/compiler/compile.js';
import type { Model } from '../../src/ir/model.js';
import type { Objective } from '../../src/ir/plan.js';
import { LAYERS } from '../../src/layers/index.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { WEIGHTS_AS_CODE } from '../../src/targets/kernels/weights-as-code.js';
import { ALL_KERNELS, OTHER_KERNELS } from '../../src/targets/kernels.js';
import { chainOf, FLAGS, MARGIN, soundOf, streamModel } from '../frontends/stream-models.js';
import { randomNetwork } from '../fuzz/random-network.js';
import { some, WHOLE } from '../whole.js';

const tool = await findTool('frama-c');
if (!tool.available) console.warn(`SKIPPED the proofs: frama-c is missing: ${tool.install}`);

const modelOf = (sample: string): string =>
  readFileSync(join(PACKAGE_ROOT, 'test', 'samples', sample, 'model.json'), 'utf8');
const compileSample = (sample: string) => compile(modelOf(sample), { core: 'cortex-m0', name: 'net' });

/** A sample, or the seed of a random network, and what it is compiled for. */
type Network = readonly [string | number, Objective];

/** Every layer and every kernel of portable C is in one of these: what the first has, and others for the kernels no sample has. */
const FEW: readonly Network[] = [
  ['conv_16_bits', 'balanced'], // pool_max_s16, pool_sum_s16, wait
  ['conv_pool_gru', 'balanced'], // delay_s8, pool_sum_s8
  ['conv_strided_rnn', 'balanced'], // pool_max_s8
  ['gru_16_bits', 'balanced'], // concat_s16, matvec_s16_binary, matvec_s16_ternary, matvec_s16_u8x4
  ['gru_anomaly', 'balanced'],
  ['gru_anomaly_16_bits', 'balanced'], // delay_s16, score_s16
  ['gru_dense_tables', 'balanced'], // concat_s8, matvec_s8_s8
  ['lstm_interpolated', 'balanced'],
  ['lstm_s8_multiplier', 'balanced'], // matvec_s8_u8x4
  ['steps_max_16_bits', 'balanced'], // resume_s16
  ['steps_pooled', 'balanced'], // resume_s8, resume_s32
  ['window_given_back', 'balanced'], // count_s16, hold_s8, hold_s32
  [67, 'balanced'], // hold_s16
  [10, 'speed'], // matvec_s8_ternary_lut4
  [16, 'balanced'], // gather_s8
  [71, 'size'], // matvec_s16_pow2, matvec_s16_s8
  [99, 'size'], // matvec_s16_s4
  [104, 'size'], // matvec_s8_ternary_lut5
  [161, 'size'], // gather_s4, matvec_s8_pow2, matvec_s8_ternary_csr
  [163, 'balanced'], // gather_ternary, matvec_s16_ternary_lut4
  [28, 'size'], // matvec_s8_swar8
];

/** Every sample as it is compiled by default. */
const SAMPLES: readonly Network[] = readdirSync(join(PACKAGE_ROOT, 'test', 'samples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => [name, 'balanced']);

const NETWORKS = WHOLE ? [...SAMPLES, ...FEW.filter(([network]) => typeof network === 'number')] : FEW;

/** Samples that are proven from any bytes in the state, which covers the states that a network can reach. */
const ANY_STATE = ['rnn_relu_binary', 'gru_before_hard', 'lstm_one_hot', 'gru_joint_multiplier', 'lstm_s8_multiplier'];

const compileNetwork = (network: string | number, objective: Objective): Compilation =>
  compile(typeof network === 'number' ? writeModel(randomNetwork(network).model) : modelOf(network), {
    ...{ core: 'cortex-m0', name: 'net', objective },
  });

/** Functions of runtime-c that a plan calls, and the generated kernel. */
const kernelsOf = ({ plan }: Compilation): string[] => [
  ...plan.kernels,
  ...[...plan.steps.advance, ...plan.steps.output].flatMap((step) =>
    step.kind === 'call' && step.generated !== null ? [WEIGHTS_AS_CODE.symbol] : [],
  ),
];

test('every kernel of portable C, every layer and every task is in a network that is proven', () => {
  const proven = new Set(FEW.flatMap(([network, objective]) => kernelsOf(compileNetwork(network, objective))));
  const models = FEW.map(([network, objective]) => compileNetwork(network, objective).model);
  expect(models.map(({ task }) => task)).toEqual(expect.arrayContaining(['anomaly', 'detect', 'regress']));
  const layers = models.flatMap((model) => model.layers);
  expect(new Set(layers.map(({ type }) => type))).toEqual(new Set(Object.keys(LAYERS)));
  const portable = ALL_KERNELS.filter((kernel) => kernel.isa === 'c');
  const wanted = [...portable, ...OTHER_KERNELS].map(({ symbol }) => symbol);
  expect(wanted.filter((symbol) => !proven.has(symbol))).toEqual([]);
  // nothing else is in runtime-c but the kernels of intrinsics, which Eva cannot read (docs/proof.md)
  const files = readdirSync(join(PACKAGE_ROOT, 'runtime-c', 'kernels'), { recursive: true, encoding: 'utf8' });
  const others = files.filter((file) => file.endsWith('.c') && !proven.has(`rnnq_${basename(file, '.c')}`));
  expect(others.filter((file) => !/_(dsp|mve)\.c$/.test(file))).toEqual([]);
});

describe.skipIf(!tool.available)('Frama-C Eva', () => {
  test.each(NETWORKS)(
    'finds no alarm in %s (%s), and proves the invariant of its state',
    async (network, objective) => {
      const result = await runEva('net', compileNetwork(network, objective).files);
      expect(result.proven, result.log).toBe(true);
    },
  );

  test.each<[string, Model]>([
    ['log-mel of 64 with a decision', streamModel(soundOf({ window: 64, hop: 32, bands: 6 }), { decision: MARGIN })],
    [
      'decimate, highpass and magnitude of 3 channels, outputs that detect',
      streamModel(
        chainOf(3, [
          { kind: 'decimate', shift: 2 },
          { kind: 'highpass', shift: 4 },
          { kind: 'magnitude', floor: 16 },
        ]),
        { decision: FLAGS },
      ),
    ],
    ['counts of 3 channels, anomalies', streamModel(chainOf(3, []), { decision: { kind: 'score', refractory: 5 } })],
  ])(
    'finds no alarm in a push of samples, from any bytes in the front end: %s',
    { timeout: 120_000 },
    async (_, model) => {
      const result = await runEva('net', compileModel(model, { core: 'cortex-m0' }).files);
      expect(result.proven, result.log).toBe(true);
    },
  );

  test.each(some(2, ANY_STATE))('finds no alarm in %s from any bytes whatever in the state', async (sample) => {
    const files = new Map(compileSample(sample).files);
    const any = { int8_t: '-128, 127', int16_t: '-32768, 32767' };
    const harness = files
      .get('test/net_proof.c')!
      .replace(/\((int8_t|int16_t)\)Frama_C_interval\([^)]*\)/g, (_, type: keyof typeof any) => {
        return `(${type})Frama_C_interval(${any[type]})`;
      });
    expect(harness).not.toBe(files.get('test/net_proof.c'));
    const result = await runEva('net', files.set('test/net_proof.c', harness));
    expect(result.proven, result.log).toBe(true);
  });

  const planted: [string, string, string, string][] = [
    ['a table index without its offset', 'src/net.c', '_index)]', '_index) - 128]'],
    ['a shift of 32', 'src/net.c', ', 15)', ', 32)'],
    ['a shift of 40', 'src/net.c', ', 15)', ', 40)'],
    ['a weight too many', 'src/rnnq_matvec_s8_s8_c.c', 'i < cols; i++', 'i <= cols; i++'],
    ['a state that is not saturated', 'src/net.c', '-32639, 32639)', '-32768, 32767)'],
    ['a loop that is one too long', 'src/net.c', 'j < 6', 'j <= 6'],
  ];

  test('says no to a table index one too large where gates saturate, and is silent where no index gets that far', async () => {
    // the gates of gru_ternary_shift stay below index 83 by proof: there it is a wrong value, which verify refuses
    for (const [sample, from, to, proven] of [
      ['lstm_s8_multiplier', '+ 128]', '+ 129]', false],
      ['gru_ternary_shift', '_index)]', '_index) + 1]', true],
    ] as const) {
      const files = new Map(compileSample(sample).files);
      const path = 'src/net.c';
      const text = files.get(path)!;
      expect(text).toContain(from);
      const result = await runEva('net', files.set(path, text.replaceAll(from, to)));
      expect([sample, result.proven], result.log).toEqual([sample, proven]);
      if (!proven) expect(result.alarms, result.log).toBeGreaterThan(0);
    }
  });

  // what verify refuses (docs/proof.md): wrong values that are in bounds
  test.each([
    ['a weight too few', 'src/rnnq_matvec_s8_s8_c.c', 'i < cols; i++', 'i < cols - 1; i++'],
    ['a rounding constant less one', 'src/rnnq_fixed.h', '(n - 1))) >> n', '(n - 1)) - 1) >> n'],
  ] as const)('is silent on %s', async (_what, path, from, to) => {
    const files = new Map(compileSample('gru_ternary_shift').files);
    const text = files.get(path)!;
    expect(text).toContain(from);
    const result = await runEva('net', files.set(path, text.replace(from, to)));
    expect(result.proven, result.log).toBe(true);
  });

  test.each(some(3, planted))('says no to %s', async (_what, path, from, to) => {
    const files = new Map(compileSample('gru_ternary_shift').files);
    const text = files.get(path)!;
    expect(text).toContain(from);
    files.set(path, text.slice(0, text.lastIndexOf(from)) + to + text.slice(text.lastIndexOf(from) + from.length));
    const result = await runEva('net', files);
    expect(result.proven).toBe(false);
    // it must be the analysis that refuses, not a mistake on the command line
    expect(result.alarms, result.log).not.toBeNull();
    expect(result.alarms! > 0 || result.properties.unknown + result.properties.invalid > 0, result.log).toBe(true);
  });
});
