import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run as predict } from '../../../src/cli/commands/predict.js';
import { loadTestData, testWarnings } from '../../../src/cli/test-data.js';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import type { Dataset } from '../../../src/data/dataset.js';
import { outputRate } from '../../../src/ir/rate.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-test-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a sequence that ends before the first output of a network of windows is refused', async () => {
  const file = join(PACKAGE_ROOT, 'test/samples/conv_pool_gru/model.json');
  const model = readModel(readFileSync(file, 'utf8'));
  const { first } = outputRate(model.layers);
  expect(first).toBeGreaterThan(1);
  const table = (steps: number): string => {
    const path = join(folder, `${steps}.csv`);
    const names = Array.from({ length: model.input.size }, (_, j) => `x${j}`);
    const rows = Array.from(
      { length: steps },
      (_, t) => `move,${model.labels[0]},${names.map((_, j) => t + j).join()}`,
    );
    writeFileSync(path, `${[`sequence,label,${names.join()}`, ...rows].join('\n')}\n`);
    return path;
  };
  const { test: part } = await loadTestData(table(first), { split: 'all' }, model);
  expect(part.sequences).toHaveLength(1);
  const refused = new RegExp(`data_no_output at .*: move: .* has ${first - 1} steps?, .* comes with step ${first}`);
  await expect(loadTestData(table(first - 1), { split: 'all' }, model)).rejects.toThrow(refused);
  await expect(predict(file, [table(first - 1)], {})).rejects.toThrow(refused);
});

test('sequences of more steps than a network reads of one are mentioned, and which output counts', () => {
  const warnings = (sample: string, steps: readonly number[]) => {
    const model = readModel(readFileSync(join(PACKAGE_ROOT, 'test/samples', sample, 'model.json'), 'utf8'));
    const { size } = model.input;
    const sequences = steps.map((length) => new Int8Array(length * size));
    const task = { name: 'classify', labels: [], everyStep: false };
    return testWarnings(
      { warnings: ['before'], input: { size }, task, test: { sequences } } as unknown as Dataset,
      model,
    );
  };
  // a convolution of 5 windows of all that came before: an output with step 34, and with every 30th behind it
  expect(warnings('steps_pooled', [34, 20])).toEqual(['before']);
  expect(warnings('steps_pooled', [34, 63, 70])[1]).toMatch(
    /^2 sequences of more than 34 steps, .*of 70 steps that of step 64\)/,
  );
  // recurrent layers go on from window to window
  expect(warnings('conv_pool_gru', [34, 500])).toEqual(['before']);
});
