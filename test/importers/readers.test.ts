import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arraysOf, type FloatNetwork } from '../../src/importers/float-network.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { readNetwork } from '../../src/importers/index.js';
import { rewrite } from '../../src/importers/rewrite.js';
import { packagePath } from '../kernels/run-program.js';

// Two networks in every format, and what PyTorch computes of them: make-fixtures.py.
const FIXTURES = packagePath('test/importers/fixtures');
const files = (cell: string): string[] =>
  readdirSync(FIXTURES).filter((name) => name.startsWith(`${cell}.`) && !/\.(expected\.json|bin)$/.test(name));

const expected = (cell: string): { x: number[]; y: number[] } =>
  JSON.parse(readFileSync(join(FIXTURES, `${cell}.expected.json`), 'utf8'));

const outputs = (network: FloatNetwork, x: readonly number[]): number[] =>
  Array.from(new FloatRun(network).run(Float64Array.from(x)).at(-1)!);

describe.each(['gru', 'lstm'])('%s', (cell) => {
  test('is there in all formats', () => {
    // TF.js has no GRU with the reset after the product, TFLite no fused GRU
    expect(files(cell)).toHaveLength(cell === 'gru' ? 9 : 12);
  });

  test.each(files(cell))('%s computes what PyTorch computes', async (name) => {
    const { network, problems } = await readNetwork(join(FIXTURES, name));
    expect(problems).toEqual([]);
    const { x, y } = expected(cell);
    outputs(network, x).forEach((value, j) => {
      expect(value).toBeCloseTo(y[j]!, 9);
    });
  });

  test('weights are the same numbers from every format', async () => {
    const all = await Promise.all(files(cell).map((name) => readNetwork(join(FIXTURES, name))));
    // some formats have one bias where others have two
    const weights = all.map(({ network }) =>
      network.layers.map((layer) => arraysOf(layer).filter((array) => array.length > 4 * layer.units)),
    );
    for (const own of weights) expect(own).toEqual(weights[0]);
  });
});

test('weights of float16 behind operators of TFLite', async () => {
  const { network, problems } = await readNetwork(join(FIXTURES, 'half.tflite'));
  expect(problems).toEqual([]);
  const { x, y } = expected('lstm');
  outputs(network, x).forEach((value, j) => {
    expect(Math.abs(value - y[j]!)).toBeLessThan(1e-3);
  });
});

test('an unfinished optimizer state beside the weights is no second network', async () => {
  const { notes } = await readNetwork(join(FIXTURES, 'gru.pth'));
  expect(notes.join()).toContain('--layers "gru:rnn, dense:fc"');
});

test('layers of a state_dict can be named', async () => {
  const path = join(FIXTURES, 'lstm.safetensors');
  const { network, problems } = await readNetwork(path, { layers: 'lstm:rnn, dense:fc:sigmoid', everyStep: true });
  expect(problems).toEqual([]);
  expect(network).toMatchObject({ head: 'sigmoid', everyStep: true });
  const wrong = await readNetwork(path, { layers: 'gru:rnn, dense:missing' });
  expect(wrong.problems.map(({ code, at }) => [code, at.replace(/^.*, /, '')])).toEqual([
    ['import_value', 'gru "rnn"'],
    ['import_value', 'linear "missing"'],
  ]);
});

test('layers and steps are refused for a file that says them itself', async () => {
  const layers = 'lstm:rnn, dense:fc';
  for (const name of ['lstm.keras', 'lstm.onnx', 'lstm.tflite', 'lstm.rtneural.json'])
    await expect(readNetwork(join(FIXTURES, name), { layers })).rejects.toThrow(
      /bad_option at --layers: has no meaning/,
    );
  await expect(readNetwork(join(FIXTURES, 'lstm.onnx'), { everyStep: true })).rejects.toThrow(/at --every-step/);
});

describe('convolutions', () => {
  // normalization, strides, pooling, groups, zeros in front: make-conv-fixtures.py
  const LAYERS =
    'batchnorm:norm, conv1d:conv1, batchnorm:norm1:relu, maxpool:2/1, conv1d:conv2/2:tanh, avgpool:2, lstm:rnn, dense:fc';
  test.each(['conv.h5', 'conv.onnx', 'conv.channels.onnx', 'conv.pth'])(
    '%s computes what PyTorch computes',
    async (name) => {
      const options = name === 'conv.pth' ? { layers: LAYERS } : {};
      const { network, problems } = await readNetwork(join(FIXTURES, name), options);
      expect(problems).toEqual([]);
      const { x, y } = expected('conv');
      for (const own of [network, rewrite('conv', network).network])
        outputs(own, x).forEach((value, j) => {
          expect(value).toBeCloseTo(y[j]!, 6);
        });
    },
  );

  test('zeros in front, groups and separable ones, after every step', async () => {
    const { network, problems } = await readNetwork(join(FIXTURES, 'causal.h5'));
    expect(problems).toEqual([]);
    expect(network.everyStep).toBe(true);
    const { x, y } = expected('causal');
    const found = new FloatRun(network).run(Float64Array.from(x)).flatMap((row) => [...row]);
    expect(found).toHaveLength(y.length);
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(y[k]!, 6);
    });
  });
});
