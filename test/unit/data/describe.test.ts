import { expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { describeDataset, formatDescription } from '../../../src/data/describe.js';

const DATA: Dataset = {
  name: 'walk',
  input: { size: 2, fraction: 7, offset: [0], scale: [1] },
  task: { name: 'classify', labels: ['rest', 'walk'], everyStep: true },
  stream: false,
  train: {
    sequences: [Int8Array.of(127, 0, -127, 1), Int8Array.of(1, 2), Int8Array.of(1, 2, 3, 4, 5, 6)],
    targets: [Int32Array.of(0, 1), Int32Array.of(-1), Int32Array.of(1, 1, 0)],
  },
  validation: { sequences: [Int8Array.of(1, 2)], targets: [Int32Array.of(1)] },
  test: { sequences: [], targets: [] },
};

test('lengths, steps of each class, codes at their limits', () => {
  const { parts, ...rest } = describeDataset(DATA);
  expect(rest).toEqual({
    name: 'walk',
    inputs: 2,
    task: 'classify',
    labels: ['rest', 'walk'],
    everyStep: true,
    stream: false,
    warnings: [],
  });
  expect(parts).toEqual({
    train: { sequences: 3, shortest: 1, median: 2, longest: 3, counts: [2, 3], saturated: 2 / 12 },
    validation: { sequences: 1, shortest: 1, median: 1, longest: 1, counts: [0, 1], saturated: 0 },
    test: { sequences: 0, shortest: 0, median: 0, longest: 0, counts: [0, 0], saturated: 0 },
  });
});

test('a symbol is one step, and has no limits', () => {
  const streams = { sequences: [Int16Array.of(127, 0, 200)], targets: [Int32Array.of(0, 1, 1)] };
  const input = { size: 201, encoding: 'one-hot', fraction: 0, offset: [0], scale: [1] } as const;
  const { parts } = describeDataset({ ...DATA, input, stream: true, train: streams });
  expect(parts.train).toEqual({ sequences: 1, shortest: 3, median: 3, longest: 3, counts: [1, 2], saturated: 0 });
});

test('as a table', () => {
  expect(formatDescription(describeDataset(DATA))).toBe(
    [
      'walk: 2 values a step, 2 classes, one at each step',
      '                           train  validation    test',
      '---------------------  ---------  ----------  ------',
      'sequences                      3           1       0',
      'steps                  1 - 2 - 3           1       0',
      'codes at their limits    16.67 %      0.00 %  0.00 %',
      '  rest                         2           0       0',
      '  walk                         3           1       0',
      '',
    ].join('\n'),
  );
});
