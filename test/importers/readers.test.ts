import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arraysOf, type FloatNetwork } from '../../src/importers/float-network.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { readNetwork } from '../../src/importers/index.js';
import { packagePath } from '../kernels/run-program.js';

// Two networks in every format, and what PyTorch computes of them: make-fixtures.py.
const FIXTURES = packagePath('test/importers/fixtures');
const files = (cell: string): string[] =>
  readdirSync(FIXTURES).filter((name) => name.startsWith(`${cell}.`) && !name.endsWith('.expected.json'));

const expected = (cell: string): { x: number[]; y: number[] } =>
  JSON.parse(readFileSync(join(FIXTURES, `${cell}.expected.json`), 'utf8'));

const outputs = (network: FloatNetwork, x: readonly number[]): number[] =>
  Array.from(new FloatRun(network).run(Float64Array.from(x)).at(-1)!);

describe.each(['gru', 'lstm'])('%s', (cell) => {
  test('is there in all formats', () => {
    expect(files(cell)).toHaveLength(9);
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
