import { expect, test } from 'vitest';
import { makeDataset } from '../../../src/data/make-dataset.js';
import type { Recording, Recordings } from '../../../src/data/recording.js';

/** Recordings of two steps with one value; `targets` of each. */
function recordings(targets: readonly (readonly number[])[], everyStep = true): Recordings {
  const list = targets.map((own, i): Recording => {
    const source = `file:${i + 1}`;
    return { source, name: source, values: Float64Array.of(i, -i), labels: [], targets: Float64Array.from(own) };
  });
  return {
    ...{ name: 'data', source: 'file', size: 1, everyStep, normalization: { kind: 'standard' }, list },
    targets: [{ name: 'soc', unit: '%' }],
  };
}
const rising = Array.from({ length: 20 }, (_, i) => [i, i + 1]);

test('targets are standardised by mean and spread of the training part; a missing one stays missing', () => {
  const data = makeDataset(recordings([...rising.slice(1), [5, Number.NaN]]));
  const [soc] = data.task.outputs!;
  expect(soc).toMatchObject({ name: 'soc', unit: '%' });
  const values = data.train.targets.flatMap((own) => [...own]);
  const known = values.filter((value) => !Number.isNaN(value));
  expect(values.length - known.length).toBeLessThanOrEqual(1);
  expect(known.reduce((a, b) => a + b) / known.length).toBeCloseTo(0, 5);
  expect(known.reduce((a, b) => a + b * b, 0) / known.length).toBeCloseTo(1, 5);
  expect(data.train.targets[0]![0]! * soc!.scale + soc!.offset).toBeCloseTo(
    Math.round(data.train.targets[0]![0]! * soc!.scale + soc!.offset),
    4,
  );
});

test('longer sequences are cut with their targets', () => {
  const { train } = makeDataset(recordings(rising), { maxSteps: 1 });
  expect(train.targets.map(({ length }) => length)).toEqual(train.sequences.map(() => 1));
});

test('a model brings the scale of its quantities', () => {
  const outputs = [{ name: 'soc', scale: 2, offset: 1 }];
  const input = { size: 1, fraction: 7, offset: [0], scale: [1] };
  const like = { input, labels: [], task: 'regress', outputs } as const;
  const { task, test: part } = makeDataset(recordings([[1, 3]]), { split: { kind: 'all' }, like });
  expect([task.outputs, [...part.targets[0]!]]).toEqual([outputs, [0, 1]]);
  const { targets: _, ...labelled } = recordings([[1, 3]]);
  expect(() => makeDataset(labelled, { split: { kind: 'all' }, like })).toThrow(
    /data_no_targets at file: no column is named as a target; the model predicts "soc"\n.*--targets soc names/,
  );
  const other = { ...like, outputs: [{ ...outputs[0]!, name: 'temp' }] };
  expect(() => makeDataset(recordings([[1, 3]]), { split: { kind: 'all' }, like: other })).toThrow(/data_does_not_fit/);
});

test('columns of 0 and 1 are to be detected, other numbers predicted, where nothing else is asked for', () => {
  const flags = rising.map((_, i) => [i % 2, 1]);
  expect(makeDataset(recordings(flags)).task).toEqual({ name: 'detect', labels: ['soc'], everyStep: true });
  expect(makeDataset(recordings(flags), { task: 'regress' }).task.name).toBe('regress');
  expect(makeDataset(recordings(rising)).task.name).toBe('regress');
});

test('labels with several names are flags; an empty one has none of them', () => {
  const { targets: _, list, ...rest } = recordings(rising);
  const words = ['b; a', 'a;b', ''];
  const labelled = list.map((recording, i) => ({
    ...{ source: recording.source, name: recording.name, values: recording.values },
    labels: [words[i % 3]!, 'a'],
  }));
  const { targets: __, ...data } = { ...rest, targets: undefined };
  const { task, train } = makeDataset({ ...data, list: labelled });
  expect(task).toEqual({ name: 'detect', labels: ['a', 'b'], everyStep: true });
  expect(new Set(train.targets.map((own) => [...own].join('')))).toEqual(new Set(['1110', '0010']));
  const alone = labelled.map((recording) => ({ ...recording, labels: [recording.labels[0]!.slice(0, 1), 'a'] }));
  expect(makeDataset({ ...data, list: alone }).task.name).toBe('classify');
});

test.each([
  ['data_task_targets', 'classify', rising, /--task classify learns labels/],
  ['data_flag_value', 'detect', [...rising.map((_, i) => [i % 2, 1]), [0, 0.5]], /at file:21: "soc" is 0.5; a column/],
  ['data_flag_not_trained', 'detect', rising.map(() => [1, 1]), /no negative example of "soc"/],
] as const)('%s', (code, task, targets, message) => {
  expect(() => makeDataset(recordings(targets), { task })).toThrow(new RegExp(`error ${code}`));
  expect(() => makeDataset(recordings(targets), { task })).toThrow(message);
});

test.each([
  ['data_target_missing', rising.map(() => [Number.NaN, Number.NaN]), /at file: the target "soc" has no value/],
  ['data_target_constant', rising.map(() => [7, 7]), /at file: the target "soc" is 7 everywhere in the training part/],
  ['data_target_too_large', [...rising, [1, -2e30]], /at file:21: the target "soc" is -2e\+30; .* 1e\+30 at most/],
])('%s', (code, targets, message) => {
  expect(() => makeDataset(recordings(targets))).toThrow(new RegExp(`error ${code}`));
  expect(() => makeDataset(recordings(targets))).toThrow(message);
});
