import { expect, test } from 'vitest';
import { match } from '../../../src/streams/matching.js';

const LABELS = ['rest', 'yes', 'no'];
const [YES, NO] = [1, 2];
const mark = (begin: number, label: string) => ({ begin, end: begin + 0.5, label });
const at = (seconds: number, found: number) => ({ seconds, found, value: 1 });

test('a mark has one answer, in its time and of its class; what is left is wrong or a false alarm', () => {
  const marks = [mark(1, 'yes'), mark(3, 'no'), mark(5, 'yes'), mark(5.5, 'yes')];
  const reports = [
    at(0.9, YES), // before the mark
    at(1.2, YES),
    at(1.4, YES), // the mark has its answer
    at(3.1, YES), // another class
    at(5.4, YES),
    at(6.1, YES), // of the second one
    at(6.8, YES), // after its time
  ];
  const { answers, wrong, falseAlarms } = match(reports, marks, LABELS, 0.75);
  expect(answers.map((answer) => answer?.seconds ?? null)).toEqual([1.2, null, 5.4, 6.1]);
  expect(wrong.map(({ seconds }) => seconds)).toEqual([3.1]);
  expect(falseAlarms.map(({ seconds }) => seconds)).toEqual([0.9, 1.4, 6.8]);
});

test('of what lasts, a mark takes every report in its time, and those of its tolerance', () => {
  const reports = [at(0.9, YES), at(1.2, YES), at(1.4, YES), at(2.2, YES), at(2.3, YES)];
  const { answers, wrong, falseAlarms } = match(reports, [mark(1, 'yes')], LABELS, 0.75, true);
  expect(answers.map((answer) => answer?.seconds)).toEqual([1.2]);
  expect([wrong, falseAlarms.map(({ seconds }) => seconds)]).toEqual([[], [0.9, 2.3]]);
});

test('the tolerance counts from the end of a mark', () => {
  const late = [at(1.9, NO)];
  expect(match(late, [mark(1, 'no')], LABELS, 0.25).answers).toEqual([null]);
  expect(match(late, [mark(1, 'no')], LABELS, 0.5).answers).toEqual(late);
});
