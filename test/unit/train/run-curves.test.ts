import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../src/data/index.js';
import { readRunCurves } from '../../../src/train/run-curves.js';
import { RunFolder } from '../../../src/train/run-folder.js';
import { train } from '../../../src/train/train.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-curves-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every figure of the validation part, beside that of the training, as a training writes them', async () => {
  const path = join(folder, 'a.run');
  const options = { units: [4], batch: 32, steps: 4, evaluateEvery: 2 };
  const { metrics } = await train(await loadDataset('gestures'), options, { run: new RunFolder(path) });
  const curves = readRunCurves(path);
  expect(curves.map(({ name }) => name)).toEqual(['loss', 'accuracy', 'balancedAccuracy', 'macroF1']);
  expect(curves[0]).toEqual({
    name: 'loss',
    training: metrics.map(({ update, loss }) => [update, loss]),
    validation: metrics.map(({ update, validation }) => [update, validation.loss]),
  });
  expect(curves[3]!.training).toEqual([]);
});

test('those of an earlier version', () => {
  writeFileSync(
    join(folder, 'metrics.jsonl'),
    '{"update":2,"loss":1,"accuracy":0.5,"validationLoss":2,"validationAccuracy":null}\n',
  );
  expect(readRunCurves(folder)).toEqual([
    { name: 'loss', training: [[2, 1]], validation: [[2, 2]] },
    { name: 'accuracy', training: [[2, 0.5]], validation: [] },
  ]);
});
