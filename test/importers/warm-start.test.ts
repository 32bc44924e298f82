import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/index.js';
import type { FloatDense, FloatNetwork } from '../../src/importers/float-network.js';
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

const sequence = (s: number): Float64Array =>
  Float64Array.from({ length: 18 }, (_, k) => 3 * Math.sin(1.7 * s + k * k));
const last = (network: FloatNetwork, s: number): Float64Array => new FloatRun(network).run(sequence(s)).at(-1)!;
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
    for (let t = 0; t < 6; t++)
      lines.push([s, first! >= second! ? 0 : 1, part, ...sequence(s).subarray(3 * t, 3 * t + 3)].join());
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

test.each([
  ['gru.onnx', (network: FloatNetwork) => network],
  ['lstm.h5', (network: FloatNetwork) => network],
  ['gru.onnx', deeper],
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
