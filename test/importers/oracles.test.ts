import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FloatRun } from '../../src/importers/float-run.js';
import type { Imported } from '../../src/importers/importer.js';
import { readNetwork } from '../../src/importers/index.js';
import { sharedData } from '../unit/data/shared-data.js';
import { KERAS_CASES, type KerasCase, kerasModel } from './keras-js-cases.js';
import { nodeCase } from './onnx-node-case.js';

// Networks and outputs that others published: node tests of ONNX, layers of keras-js, models of RTNeural. Each is read by
// its reader, and computes what its own tool computed; docs/import.md has the largest difference of each kind.
const MODELS = sharedData('models');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-oracles-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach((context) => {
  if (!existsSync(MODELS)) context.skip(`there is no ${MODELS}`);
});

const outputsOf = ({ network }: Imported, x: Float64Array): readonly Float64Array[] => {
  const rows = new FloatRun(network).run(x);
  return network.everyStep ? rows : rows.slice(-1);
};
const largest = (found: Iterable<number>, wanted: ArrayLike<number>): number =>
  Math.max(...Array.from(found, (value, k) => Math.abs(value - wanted[k]!)));
const flat = (rows: readonly Float64Array[]): number[] => rows.flatMap((row) => [...row]);

describe('node tests of ONNX', () => {
  const CELLS = ['gru', 'lstm', 'simple_rnn'] as const;
  const EQUAL = [
    ...CELLS.flatMap((cell) => [`test_${cell}_defaults`, `test_${cell}_with_initial_bias`]),
    ...['test_gru_seq_length', 'test_rnn_seq_length'],
  ];
  const REFUSED = [...CELLS.map((cell) => `test_${cell}_batchwise`), 'test_lstm_with_peepholes'];

  async function read(name: string): Promise<Imported & Pick<ReturnType<typeof nodeCase>, 'input' | 'output'>> {
    const { model, input, output } = nodeCase(join(MODELS, 'onnx-backend-node', name));
    const path = join(folder, `${name}.onnx`);
    writeFileSync(path, model);
    return { ...(await readNetwork(path)), input, output };
  }

  test('are all there', () => {
    const found = readdirSync(join(MODELS, 'onnx-backend-node')).filter((name) => name.startsWith('test_'));
    expect(found.sort()).toEqual([...EQUAL, ...REFUSED].sort());
  });

  test.each(EQUAL)('%s', async (name) => {
    const { input, output, ...imported } = await read(name);
    expect(imported.problems).toEqual([]);
    const [steps, batch, size] = input.shape as [number, number, number];
    const units = output.shape.at(-1)!;
    expect(output.values).toHaveLength(batch * units);
    for (let b = 0; b < batch; b++) {
      const x = Float64Array.from({ length: steps * size }, (_, k) => {
        const [t, i] = [Math.floor(k / size), k % size];
        return input.values[(t * batch + b) * size + i]!;
      });
      const wanted = output.values.subarray(b * units, (b + 1) * units);
      expect(largest(outputsOf(imported, x)[0]!, wanted)).toBeLessThan(1e-7);
    }
  });

  test.each(REFUSED)('%s is refused', async (name) => {
    const { problems } = await read(name);
    const what = name.includes('peepholes') ? 'peepholes' : 'layout 1';
    expect(problems).toMatchObject([{ code: 'import_attribute', message: expect.stringContaining(what) }]);
  });
});

describe('layers of keras-js', () => {
  async function read(own: KerasCase): Promise<Imported> {
    const place = join(folder, own.name);
    mkdirSync(place, { recursive: true });
    const { json, weights } = kerasModel(own);
    writeFileSync(join(place, 'model.json'), JSON.stringify(json));
    writeFileSync(join(place, 'weights.bin'), weights);
    return readNetwork(join(place, 'model.json'));
  }

  test('are all there', () => {
    expect(KERAS_CASES).toHaveLength(27);
  });

  test.each(KERAS_CASES.map(({ name }) => name))('%s', async (name) => {
    const own = KERAS_CASES.find((other) => other.name === name)!;
    const cases = JSON.parse(readFileSync(join(MODELS, 'transcranial+keras-js', `${own.cell}.json`), 'utf8'));
    const { input, expected, weights } = cases[name];
    const described = { ...own, input: input.shape, weights };
    if (own.config.go_backwards === true) {
      expect((await read(described)).problems).toMatchObject([{ code: 'import_direction' }]);
      // the cell itself is the same: it reads the steps in the other order
      input.data = input.data.flatMap((_: number, k: number) => {
        const [steps, size] = input.shape as [number, number];
        return input.data[(steps - 1 - Math.floor(k / size)) * size + (k % size)];
      });
    }
    const imported = await read({ ...described, config: { ...own.config, go_backwards: false } });
    expect(imported.problems).toEqual([]);
    // a stateful layer was run twice, and kept its state
    const x = Float64Array.from(own.config.stateful === true ? [...input.data, ...input.data] : input.data);
    const found = flat(outputsOf(imported, x)).slice(-expected.data.length);
    expect(largest(found, expected.data)).toBeLessThan(3e-6);
  });
});

describe('models of RTNeural', () => {
  const names = ['gru', 'gru_1d', 'lstm', 'lstm_1d', 'gru_torch', 'lstm_torch'];
  test.each(names)('%s', async (name) => {
    const cell = name.split('_')[0]!;
    const layers = `${cell}:${cell}, ${cell}:${cell}2, dense:dense`;
    const options = name.endsWith('torch') ? { layers, everyStep: true } : {};
    const file = (end: string): string => join(MODELS, 'jatinchowdhury18+RTNeural', `${name}.${end}`);
    const imported = await readNetwork(file('json'), options);
    expect(imported.problems).toEqual([]);
    const column = (end: string): Float64Array =>
      Float64Array.from(readFileSync(file(end), 'utf8').trim().split('\n'), Number);
    const wanted = column('y.csv');
    expect(wanted.length).toBeGreaterThanOrEqual(100);
    expect(largest(flat(outputsOf(imported, column('x.csv'))), wanted)).toBeLessThan(1e-6);
  });
});
