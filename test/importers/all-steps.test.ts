import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileModel } from '../../src/compiler/compile.js';
import { importModel } from '../../src/import-model.js';
import { Chain } from '../../src/importers/chain.js';
import { FloatRun } from '../../src/importers/float-run.js';
import type { Imported } from '../../src/importers/importer.js';
import { readNetwork } from '../../src/importers/index.js';
import { readKerasModel } from '../../src/importers/keras/config.js';
import { onnx } from '../../src/importers/onnx.js';
import { readStateDict } from '../../src/importers/state-dict.js';
import { verify } from '../../src/verify.js';
import { packagePath } from '../kernels/run-program.js';
import { type MadeGraph, makeFile } from './make-file.js';

const [STEPS, INPUTS, UNITS, OUTPUTS] = [6, 2, 3, 2];
const numbers = (count: number, seed: number): number[] => Array.from({ length: count }, (_, k) => Math.sin(k + seed));
/** Inputs of each output in a row, as PyTorch has them. */
const W = {
  inner: numbers(UNITS * INPUTS, 1),
  flat: numbers(OUTPUTS * STEPS * UNITS, 2),
  one: numbers(OUTPUTS * UNITS, 3),
};
const BIAS = [0.5, -0.25];
const X = numbers(STEPS * INPUTS, 4);

const product = (w: readonly number[], x: readonly number[], bias: readonly number[] = []): number[] =>
  Array.from({ length: w.length / x.length }, (_, j) =>
    x.reduce((sum, value, i) => sum + w[j * x.length + i]! * value, bias[j] ?? 0),
  );
const columns = (w: readonly number[], rows: number): number[] =>
  w.map((_, k) => w[(k % rows) * (w.length / rows) + Math.floor(k / rows)]!);

/** tanh of a dense layer at every step. */
const hidden = Array.from({ length: STEPS }, (_, t) =>
  product(W.inner, X.slice(t * INPUTS, (t + 1) * INPUTS)).map(Math.tanh),
);
const over = (f: (values: readonly number[]) => number): number[] =>
  Array.from({ length: UNITS }, (_, j) => f(hidden.map((h) => h[j]!)));
const mean = over((values) => values.reduce((a, b) => a + b) / STEPS);
const EXPECTED = {
  flat: product(W.flat, hidden.flat(), BIAS),
  channelsFirst: product(W.flat, Array.from({ length: UNITS }, (_, j) => hidden.map((h) => h[j]!)).flat(), BIAS),
  mean: product(W.one, mean, BIAS),
  max: product(
    W.one,
    over((values) => Math.max(...values)),
    BIAS,
  ),
};

type Node = MadeGraph['nodes'][number];
const node = (op: string, inputs: string, output: string, attributes: Node['attributes'] = {}): Node => ({
  ...{ op, inputs: inputs.split(' '), outputs: [output], attributes },
});
const TURNED = { perm: [0, 2, 1] };

/** A graph of tanh(dense) at every step, then `nodes` from h to z, then a dense layer. */
const graph = (nodes: readonly Node[], w: readonly number[], steps = STEPS): Promise<Imported> =>
  onnx.read(
    {
      ...{ path: 'model.onnx', beside: () => new Uint8Array(0) },
      bytes: makeFile({
        name: 'model.onnx',
        onnx: {
          inputs: { x: [1, steps, INPUTS] },
          outputs: ['y'],
          constants: {
            inner: { shape: [INPUTS, UNITS], data: columns(W.inner, UNITS) },
            w: { shape: [OUTPUTS, w.length / OUTPUTS], data: w },
            b: { shape: [OUTPUTS], data: BIAS },
            flat: { shape: [2], data: [1, -1] },
          },
          nodes: [
            ...[node('MatMul', 'x inner', 'p'), node('Tanh', 'p', 'h'), ...nodes],
            node('Gemm', 'z w b', 'y', { transB: 1 }),
          ],
        },
      }),
    },
    {},
  );

const tensor = (shape: readonly number[], data: readonly number[]) => ({ shape, data: Float64Array.from(data) });
const keras = (between: string): Imported => {
  const layer = (type: string, config: object = {}) => ({ class_name: type, config: { name: type, ...config } });
  const flat = between === 'Flatten';
  const weights: Readonly<Record<string, ReturnType<typeof tensor>[]>> = {
    inner: [tensor([INPUTS, UNITS], columns(W.inner, UNITS)), tensor([UNITS], [0, 0, 0])],
    out: [
      flat
        ? tensor([STEPS * UNITS, OUTPUTS], columns(W.flat, OUTPUTS))
        : tensor([UNITS, OUTPUTS], columns(W.one, OUTPUTS)),
      tensor([OUTPUTS], BIAS),
    ],
  };
  const layers = [
    layer('InputLayer', { batch_shape: [null, STEPS, INPUTS] }),
    ...[layer('Dense', { name: 'inner', activation: 'tanh' }), layer(between), layer('Dense', { name: 'out' })],
  ];
  return readKerasModel(
    'model.keras',
    { class_name: 'Sequential', config: { layers } },
    ({ name }) => weights[name] ?? [],
    {
      ...{ format: 'Keras', producer: '', version: '3.0.0' },
    },
  );
};
const torch = (): Imported =>
  readStateDict(
    'model.pth',
    new Map([
      ['inner.weight', tensor([UNITS, INPUTS], W.inner)],
      ['fc.weight', tensor([OUTPUTS, STEPS * UNITS], W.flat)],
      ['fc.bias', tensor([OUTPUTS], BIAS)],
    ]),
    { layers: 'dense:inner:tanh,flatten,dense:fc', everyStep: undefined },
    { format: 'PyTorch', producer: '' },
  );

const NETWORKS: Readonly<Record<string, readonly [() => Imported | Promise<Imported>, keyof typeof EXPECTED]>> = {
  'ONNX Flatten': [() => graph([node('Flatten', 'h', 'z')], W.flat), 'flat'],
  'ONNX Reshape': [() => graph([node('Reshape', 'h flat', 'z')], W.flat), 'flat'],
  'ONNX Flatten of channels, then time': [
    () => graph([node('Transpose', 'h', 't', TURNED), node('Flatten', 't', 'z')], W.flat),
    'channelsFirst',
  ],
  'ONNX ReduceMean': [() => graph([node('ReduceMean', 'h', 'z', { axes: [1], keepdims: 0 })], W.one), 'mean'],
  'ONNX ReduceMax': [() => graph([node('ReduceMax', 'h', 'z', { axes: [-2], keepdims: 0 })], W.one), 'max'],
  'ONNX GlobalMaxPool': [
    () =>
      graph([node('Transpose', 'h', 't', TURNED), node('GlobalMaxPool', 't', 'g'), node('Flatten', 'g', 'z')], W.one),
    'max',
  ],
  'Keras Flatten': [() => keras('Flatten'), 'flat'],
  'Keras GlobalAveragePooling1D': [() => keras('GlobalAveragePooling1D'), 'mean'],
  'Keras GlobalMaxPooling1D': [() => keras('GlobalMaxPooling1D'), 'max'],
  'PyTorch flatten': [torch, 'flat'],
};

test.each(Object.entries(NETWORKS))('%s of all steps is read', async (_, [read, expected]) => {
  const { network, problems } = await read();
  expect(problems).toEqual([]);
  expect(network).toMatchObject({ allSteps: true, everyStep: false, input: { window: STEPS, size: INPUTS } });
  const rows = new FloatRun(network).run(Float64Array.from(X));
  for (const [j, value] of EXPECTED[expected].entries()) expect(rows.at(-1)![j]).toBeCloseTo(value, 6);
});

const wishes = {
  ...{ path: 'model', name: 'imported', data: [-1, 1] as const, rowScale: 'multiplier' as const },
  weights: { input: 's8', recurrent: 's8', dense: 's8' } as const,
};

test.each(['ONNX Flatten', 'Keras GlobalAveragePooling1D', 'Keras GlobalMaxPooling1D'])(
  '%s in fixed point is close to the original, and C is the same',
  async (name) => {
    const { model, fixed } = importModel(await NETWORKS[name]![0](), wishes);
    expect(fixed.decibels).toBeGreaterThan(30);
    if (name === 'ONNX Flatten') expect(model.layers.at(-1)).toMatchObject({ type: 'conv1d', keeps: 'partial' });
    expect(await verify(compileModel(model, { core: 'host' }), { core: 'host' })).toMatchObject({ passed: true });
  },
);

test('sequences of other lengths are refused', async () => {
  const imported = torch();
  const { input } = imported.network;
  const longer = { ...imported, network: { ...imported.network, input: { ...input, window: STEPS + 1 } } };
  expect(() => importModel(longer, wishes)).toThrow(/import_data_fit.*7 steps, the network reads sequences of 6/);
});

test('what no dense layer reads, and weights of other steps, are refused', async () => {
  const codes = async (imported: Imported | Promise<Imported>) => (await imported).problems.map(({ code }) => code);
  expect(await codes(graph([node('Flatten', 'h', 'z')], W.flat, STEPS + 1))).toEqual(['import_value']);
  const chain = new Chain('model');
  chain.flatten('Flatten', 4);
  chain.scaleShift('norm', { scale: Float64Array.of(1), shift: Float64Array.of(0) });
  expect(chain.finish({ format: '', producer: '' }, { everyStep: false, window: 4 }).problems).toMatchObject([
    { code: 'import_all_steps' },
  ]);
});

test.for(['trained_lstm'])('%s of TensorFlow Lite Micro ends in a dense layer of all steps', async (name, context) => {
  const path = packagePath(join('..', 'shared', 'data', 'models', 'tensorflow+tflite-micro', `${name}.tflite`));
  if (!existsSync(path)) return context.skip(`${path} is not there`);
  const { model, fixed } = importModel(await readNetwork(path), wishes);
  expect(model.layers.map(({ type }) => type)).toEqual(['lstm', 'conv1d']);
  expect(fixed.decibels).toBeGreaterThan(25);
});
