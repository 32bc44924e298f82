import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run as predict } from '../../../src/cli/commands/predict.js';
import { loadTestData } from '../../../src/cli/test-data.js';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
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
