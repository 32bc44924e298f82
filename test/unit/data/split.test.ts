import { describe, expect, test } from 'vitest';
import { PARTS, type Recording } from '../../../src/data/recording.js';
import { type Parts, type SplitRule, splitRecordings, undivided } from '../../../src/data/split.js';

const LABELS = ['a', 'b', 'c'];
const classes = Int32Array.from({ length: 137 }, (_, i) => (i < 10 ? 0 : i < 60 ? 1 : 2));
const list: Recording[] = Array.from(classes, (c, i) => ({
  source: `data:${i}`,
  name: `${LABELS[c]}/${i}.wav`,
  values: new Float64Array(1),
  labels: [LABELS[c]!],
  group: i % 3 === 0 ? 'ann' : 'bob',
}));
const split = (rule: SplitRule, own: readonly Recording[] = list) => splitRecordings(own, classes, LABELS, rule);
const sizes = (parts: Parts<Int32Array>): number[] => PARTS.map((part) => parts[part].length);
const everything = (parts: Parts<Int32Array>): number[] =>
  PARTS.flatMap((part) => Array.from(parts[part])).sort((a, b) => a - b);
const classesIn = (part: Int32Array): number => new Set(Array.from(part, (i) => classes[i])).size;

test.each<[string, SplitRule]>([
  ['ratio', { kind: 'ratio' }],
  ['group', { kind: 'group', group: 'ann' }],
  ['fold', { kind: 'fold', fold: 2, folds: 5 }],
  ['test', { kind: 'test', pattern: /[0-4]\.wav$/ }],
  ['all', { kind: 'all' }],
])('%s puts each recording into one part, the same each time', (_name, rule) => {
  expect(everything(split(rule))).toEqual(Array.from(list.keys()));
  expect(split(rule)).toEqual(split(rule));
});

test('ratio: 80 / 10 / 10, a class of ten is in every part', () => {
  const parts = split({ kind: 'ratio' });
  expect(sizes(parts)).toEqual([110, 13, 14]);
  for (const part of PARTS) expect(classesIn(parts[part])).toBe(3);
});

test('group: the test part is the group, nobody else is in it; validation comes from the others', () => {
  const parts = split({ kind: 'group', group: 'ann' });
  expect(Array.from(parts.test).sort((a, b) => a - b)).toEqual(Array.from(list.keys()).filter((i) => i % 3 === 0));
  // of 6, 34 and 51 others
  expect(sizes(parts)).toEqual([82, 9, 46]);
  expect(() => split({ kind: 'group', group: 'eve' })).toThrow(/data_unknown_group.*"eve"\n.*one of ann, bob/);
  const nameless = list.map(({ group, ...rest }) => rest);
  expect(() => split({ kind: 'group', group: 'ann' }, nameless)).toThrow(/have no groups/);
});

describe('fold', () => {
  const folds = [1, 2, 3, 4, 5].map((fold) => split({ kind: 'fold', fold, folds: 5 }));

  test('each recording is tested once, classes in proportion', () => {
    const tested = folds.flatMap((parts) => Array.from(parts.test));
    expect(tested.sort((a, b) => a - b)).toEqual(Array.from(list.keys()));
    for (const parts of folds) {
      const counts = LABELS.map((_, c) => parts.test.filter((i) => classes[i] === c).length);
      expect(counts[0]).toBe(2);
      expect(counts[1]).toBe(10);
      expect([15, 16]).toContain(counts[2]);
    }
  });

  test('a class smaller than the folds is refused', () => {
    expect(() => split({ kind: 'fold', fold: 1, folds: 11 })).toThrow(/data_small_class.*"a" has 10 .* 11 are needed/);
  });
});

test('given: as the data says, in the order of the data; one without a part is named', () => {
  const given = list.map((r, i) => ({ ...r, part: PARTS[i % 3]! }));
  expect(Array.from(split({ kind: 'given' }, given).test.slice(0, 3))).toEqual([2, 5, 8]);
  const untold = given.map(({ part, ...rest }, i) => (i === 7 ? rest : { ...rest, part }));
  expect(() => split({ kind: 'given' }, untold)).toThrow(/data_part_missing at data:7/);
  const two = given.map((r) => ({ ...r, part: r.part === 'validation' ? ('train' as const) : r.part }));
  // of 7, 33 and 52 training recordings
  expect(sizes(split({ kind: 'given' }, two))).toEqual([83, 9, 45]);
});

test('a class of a model that the data lack is not divided', () => {
  const more = [...LABELS, 'background'];
  for (const rule of [{ kind: 'ratio' }, { kind: 'fold', fold: 1, folds: 5 }] as const)
    expect(splitRecordings(list, classes, more, rule)).toEqual(split(rule));
});

test('too few recordings without classes are counted, not called a label', () => {
  const { of, names } = undivided(9);
  expect(() => splitRecordings(list.slice(0, 9), of, names, { kind: 'ratio' })).toThrow(
    /data_small_class at --split: there are 9 sequences, at least 10 are needed\n {2}hint: the split keeps/,
  );
  const one = undivided(1);
  expect(() => splitRecordings(list.slice(0, 1), one.of, one.names, { kind: 'ratio' })).toThrow(
    /there is 1 sequence, .*\n {2}hint: cut a recording into windows with --window <length>, and divide it with --split time;/,
  );
});
