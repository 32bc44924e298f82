import { expect, test } from 'vitest';
import { labelAlike, labelWarnings } from '../../../src/data/label-warnings.js';

test.each([
  ['capitals', 'Walk', 'walk'],
  ['a space at the end', 'walk', 'walk '],
  ['a space that does not break', 'fast walk', 'fast\u00a0walk'],
  ['two spaces', 'fast walk', 'fast  walk'],
  ['a composed letter', 'caf\u00e9', 'cafe\u0301'],
  ['a wide letter', 'walk', '\uff57alk'],
  ['a number with decimals', '1', '1.0'],
  ['a number with zeros before it', '7', '07'],
])('labels that differ in %s are probably one class', (_, one, other) => {
  const [warning, ...more] = labelWarnings([one, 'rest', other]);
  expect(more).toEqual([]);
  const [, first, second] = /^labels (".*") and (".*") are two classes: are they the same\?$/.exec(warning!)!;
  expect([first, second].map((text) => JSON.parse(text!))).toEqual([one, other]);
  // the difference can be seen
  expect(first + second!).toMatch(/^[ -~]+$/);
  expect(labelAlike(one, ['rest', other])).toBe(other);
});

test('labels that differ are classes: letters, signs, words', () => {
  expect(
    labelWarnings(['a', 'A', '+', '-', ' ', 'walk', 'walks', 'walk-fast', '1', '-1', '10', 'none', 'null']),
  ).toEqual([]);
  expect(labelAlike('a', ['a', 'A'])).toBeUndefined();
});

test.each(['nan', 'NaN', 'n/a', '#N/A', '<NA>', 'NaT', 'NA', '?'])('the label %s is a missing value', (label) => {
  expect(labelWarnings(['rest', label])).toEqual([expect.stringContaining(`${JSON.stringify(label)} is a class`)]);
});

test('a file with many such labels has five warnings of them', () => {
  const words = Array.from({ length: 9 }, (_, i) => [`class ${i}`, `Class ${i}`]).flat();
  expect(labelWarnings(words).length).toBe(5);
});
