import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/index.js';
import type { FloatConv1d, FloatDense, FloatNetwork, FloatPool } from '../../src/importers/float-network.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { readNetwork } from '../../src/importers/index.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { savedNetwork, savedRun } from '../../src/train/saved-network.js';
import { startRun } from '../../src/train/started-run.js';
import { warmStart } from '../../src/warm-start.js';
import { packagePath } from '../kernels/run-program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-warm-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stepsOf = ({ input }: FloatNetwork): number => input.window ?? 6;
const sequence = (s: number, steps: number): Float64Array =>
  Float64Array.from({ length: 3 * steps }, (_, k) => 3 * Math.sin(1.7 * s + k * k));
const last = (network: FloatNetwork, s: number): Float64Array =>
  new FloatRun(network).run(sequence(s, stepsOf(network))).at(-1)!;
const SEQUENCES = 60;

/** The network with another bias of its first output, so that each of both is the larger one for half of the sequences. */
function balanced(network: FloatNetwork): FloatNetwork {
  const margins = Array.from({ length: SEQUENCES }, (_, s) => last(network, s)[0]! - last(network, s)[1]!);
  const median = margins.sort((a, b) => a - b)[SEQUENCES / 2]!;
  const head = network.layers.at(-1) as FloatDense;
  const bias = head.bias.map((b, j) => (j === 0 ? b - median : b));
  return { ...network, layers: [...network.layers.slice(0, -1), { ...head, bias }] };
}

/** Sequences whose class is the network's own decision: a warm start must be right about all of them. */
function recordings(network: FloatNetwork): string {
  const lines = ['sequence,label,split,a,b,c'];
  for (let s = 0; s < SEQUENCES; s++) {
    const [first, second] = last(network, s);
    const part = ['train', 'validation', 'test'][s % 3];
    const steps = stepsOf(network);
    for (let t = 0; t < steps; t++)
      lines.push([s, first! >= second! ? 0 : 1, part, ...sequence(s, steps).subarray(3 * t, 3 * t + 3)].join());
  }
  return `${lines.join('\n')}\n`;
}

/** The network with a dense layer in front of the last one. */
function deeper(network: FloatNetwork): FloatNetwork {
  const { inputs } = network.layers.at(-1) as FloatDense;
  const dense: FloatDense = {
    ...{ type: 'dense', name: 'hidden', units: inputs, inputs, activation: 'tanh' },
    weights: Float64Array.from({ length: inputs ** 2 }, (_, k) => 2 * Math.sin(k * k + 1)),
    bias: Float64Array.from({ length: inputs }, (_, j) => Math.cos(3 * j)),
  };
  return { ...network, layers: [...network.layers.slice(0, -1), dense, ...network.layers.slice(-1)] };
}

/** The network behind a convolution of two steps and the means of two of its outputs, one by one. */
function convolved(network: FloatNetwork): FloatNetwork {
  const { size } = network.input;
  const shared = { units: size, inputs: size, window: 2, first: 2, stride: 1 } as const;
  const convolution: FloatConv1d = {
    ...{ type: 'conv1d', name: 'convolution', activation: 'tanh', ...shared },
    weights: Float64Array.from({ length: 2 * size ** 2 }, (_, k) => Math.sin(k * k + 2)),
    bias: Float64Array.from({ length: size }, (_, j) => Math.cos(2 * j)),
  };
  const pool: FloatPool = { type: 'pool', name: 'means', function: 'mean', ...shared };
  return { ...network, layers: [convolution, pool, ...network.layers] };
}

test.each<readonly [string, (layer: FloatConv1d, pool: FloatPool) => readonly (FloatConv1d | FloatPool)[], RegExp]>([
  ['a pooling in front', (_, pool) => [pool], /its first layer is a pooling/],
  [
    'partly padded',
    (layer) => [{ ...layer, window: 3, first: 2, weights: new Float64Array(27) }],
    /comes with input 2 of 3/,
  ],
  ['all steps', (layer) => [{ ...layer, stride: 2, keeps: 'partial' }], /convolution is of all steps/],
  [
    'zeros that are none of the data',
    (layer) => [{ ...layer, first: 1 }],
    /zeros fill the first windows of its convolution/,
  ],
])('refused: %s', async (_, change, message) => {
  const path = packagePath('test/importers/fixtures/gru.onnx');
  const { network, ...read } = await readNetwork(path);
  const [layer, pool] = convolved(network).layers as [FloatConv1d, FloatPool];
  const csv = join(folder, 'refused.csv');
  writeFileSync(csv, recordings(balanced(network)));
  const data = await loadDataset(csv, { activationBits: 16 });
  const imported = { ...read, network: { ...network, layers: [...change(layer, pool), ...network.layers] } };
  expect(() => warmStart(path, imported, data)).toThrow(message);
});

test.each([
  ['gru.onnx', (network: FloatNetwork) => network],
  ['lstm.h5', (network: FloatNetwork) => network],
  ['gru.onnx', deeper],
  ['gru.onnx', convolved],
  ['conv.h5', (network: FloatNetwork) => network],
] as const)('%s as a finished run, %o', async (name, change) => {
  const path = packagePath(`test/importers/fixtures/${name}`);
  const read = await readNetwork(path);
  const imported = { ...read, network: balanced(change(read.network)) };
  const csv = join(folder, `${name}.csv`);
  writeFileSync(csv, recordings(imported.network));
  const data = await loadDataset(csv, { activationBits: 16 });
  const { options, weights } = warmStart(path, imported, data);
  const run = new RunFolder(mkdtempSync(join(folder, 'run-')));
  const { accuracy } = await startRun(run, data, options, weights);
  expect(accuracy).toBe(1);
  const state = savedNetwork(savedRun(run, options), data).state();
  for (const [key, values] of state) expect(values).toEqual(weights.get(key));
});
