import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import type { Report } from '../../../src/decisions/decision.js';
import { decisionDef } from '../../../src/decisions/index.js';
import { differenceFormat, scoreThreshold } from '../../../src/fixed/anomaly-score.js';
import type { Decision } from '../../../src/ir/decision.js';
import { chainOf, FLAGS, streamModel } from '../../frontends/stream-models.js';

// D1 to D6 by hand.

const modelOf = (decision: Decision) => streamModel(chainOf(3, []), { decision });

/** What a decision reports of logits, step by step. */
function reportsOf(decision: Decision, steps: readonly (readonly number[])[]): Report[] {
  const twin = decisionDef(decision).twin(decision, modelOf(decision));
  return steps.map((logits) => twin.step(logits, 0));
}

describe('outputs that detect, each for itself', () => {
  const quick = { kind: 'flags', smoothing: 0, thresholds: [1, 1, 1], refractory: [0, 2, 0] } as const;
  const { thresholds = [], layers } = modelOf(quick);
  const { outputFraction } = layers.at(-1) as { outputFraction: number };
  const levels = thresholds.map((t) => Math.ceil(t * 2 ** outputFraction));
  /** Logits so much above the thresholds. */
  const over = (...margins: number[]): number[] => margins.map((margin, j) => levels[j]! + margin);

  test('the set has a bit for each, the margin is the largest one, and only the own report silences an output', () => {
    const steps = [over(-5, 0, -1), over(1, 3, -1), over(-9, 7, 2), over(0, 9, 0), over(-1, 1, 4)];
    expect(reportsOf(quick, steps)).toEqual([
      { found: 0, value: 0 },
      { found: 0b011, value: 3 },
      { found: 0b100, value: 7 },
      { found: 0, value: 9 },
      { found: 0b110, value: 4 },
    ]);
    expect(decisionDef(quick).named(0b110)).toEqual([1, 2]);
    expect(decisionDef(quick).named(2 ** 31 + 1)).toEqual([0, 31]);
  });

  test('a margin is smoothed towards each threshold, and what is far below does not delay it', () => {
    const slow = { ...quick, smoothing: 2, thresholds: [40, 100, 65535], refractory: [9, 9, 9] };
    const silence = Array.from({ length: 50 }, () => over(-20000, -20000, -20000));
    const found = reportsOf(slow, [...silence, ...Array.from({ length: 6 }, () => over(100, 101, 100))]);
    // 100 (1 - (3/4)^n) reaches 40 in the second step
    expect(found.slice(50).map((report) => report.found)).toEqual([0, 1, 0, 0, 0, 0]);
  });

  test('thresholds of an evaluation are those of one output each', () => {
    const model = { ...modelOf(quick), decision: quick };
    const all = decisionDef<Decision>(quick).thresholds(model);
    expect(all.map(({ output, value }) => [output, value])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(all[1]!.at(77)).toEqual({ ...model, decision: { ...quick, thresholds: [1, 77, 1] } });
  });
});

test.each([
  ['"margin" is not possible for the task detect', { kind: 'margin', smoothing: 1, threshold: 1, refractory: 1 }],
  ['[1, 1] is not a list of 3, a value for each output', { ...FLAGS, thresholds: [1, 1] }],
  ['0 is not a whole number from 1 to 65535', { ...FLAGS, thresholds: [1, 0, 1] }],
  ['is missing; expected a list', { ...FLAGS, refractory: undefined }],
])('a decision that does not fit is refused: %s', (message, decision) => {
  const text = writeModel({ ...modelOf(FLAGS), decision: decision as Decision });
  expect(() => readModel(text)).toThrow(message);
});

test('an anomaly is reported from the threshold of the score on, and not again for some steps', () => {
  const decision = { kind: 'score', refractory: 2 } as const;
  const model = modelOf(decision);
  const { size, fraction: inputFraction } = model.input;
  const { outputFraction } = model.layers.at(-1) as { outputFraction: number };
  const format = differenceFormat({ size, largest: 127, inputFraction, outputFraction });
  const least = scoreThreshold(model.anomaly!.threshold, format.scoreFraction);
  const twin = decisionDef(decision).twin(decision, model);
  const scores = [-3, 0, least - 1, least, least, least + 5, least + 6, 1];
  expect(scores.map((score) => twin.step([], score))).toEqual([
    { found: 0, value: 0 },
    { found: 0, value: 0 },
    { found: 0, value: least - 1 },
    { found: 1, value: least },
    { found: 0, value: least },
    { found: 0, value: least + 5 },
    { found: 1, value: least + 6 },
    { found: 0, value: 1 },
  ]);
});
