import { expect, test } from 'vitest';
import { figuresOfClasses, macroFigures } from '../../../src/tasks/class-figures.js';
import { TASKS } from '../../../src/tasks/index.js';

const task = { name: 'classify', labels: ['no', 'yes'], everyStep: false } as const;
/** Logits whose difference says `yes` with the probability of the second number. */
const rows: readonly (readonly [wanted: number, logits: readonly [number, number]])[] = [
  [0, [1, 0]],
  [0, [0, 0.5]],
  [1, [0, 2]],
  [1, [0.2, 0]],
  [0, [3, 0]],
];

function measured(keep: boolean) {
  const meter = TASKS.classify.meter(task, keep);
  for (const [wanted, logits] of rows) meter.add(logits, Int32Array.of(wanted), 0);
  meter.add([9, 0], Int32Array.of(-1), 0);
  return meter;
}

test('figures of each class, and their means', () => {
  // wanted no: 2 of 3 found, one of its 3 decisions wrong; wanted yes: 1 of 2 found, one of its 2 decisions wrong
  const meter = measured(false);
  expect(meter.metrics()).toEqual({
    accuracy: 3 / 5,
    balancedAccuracy: (2 / 3 + 1 / 2) / 2,
    macroF1: (2 / 3 + 1 / 2) / 2,
  });
  expect(meter.plots?.().map(({ kind }) => kind)).toEqual(['confusion']);
  for (const value of Object.values(meter.details().macro as object)) expect(value).toBeCloseTo(7 / 12, 12);
});

test('a class that is never wanted counts only where it was decided', () => {
  const never = figuresOfClasses({ labels: ['a', 'b', 'c'], counts: Int32Array.of(2, 0, 0, 1, 1, 0, 0, 0, 0) });
  expect(never[2]).toEqual({ label: 'c', count: 0, precision: null, recall: null, f1: null });
  expect(macroFigures(never).recall).toBeCloseTo(0.75, 12);
});

test('areas and curves of the probabilities', () => {
  const meter = measured(true);
  // of the six pairs of a yes and a no, one is in the wrong order
  expect((meter.details().classes as { auc: number }[])[1]!.auc).toBeCloseTo(5 / 6, 12);
  expect(meter.tables()[0]!.rows[1]).toEqual(expect.arrayContaining(['yes', '0.833']));
  const [, roc, precisionRecall] = meter.plots!();
  const points = [0, 0, 1 / 3, 1 / 3, 2 / 3, 1].map((x, i) => [x, [0, 0.5, 0.5, 1, 1, 1][i]]);
  expect(roc).toMatchObject({ kind: 'curves', title: 'ROC', curves: [{ name: 'yes 0.833', points }] });
  expect(precisionRecall).toMatchObject({ title: 'Precision over recall' });
});
