import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { compile } from '../../../src/compiler/compile.js';
import { findScaleContradictions, withScalesOfIntegers } from '../../../src/interpreter/real-scales.js';
import type { RecurrentLayer } from '../../../src/ir/model.js';
import { describeFloatComparison, verifyBesideFloat } from '../../../src/verify.js';
import { packagePath } from '../../kernels/run-program.js';

const SAMPLES = ['gru_joint_multiplier', 'gru_ternary_shift', 'gru_16_bits', 'lstm_one_hot', 'rnn_relu_binary'];
const textOf = (sample: string) => readFileSync(packagePath(`test/samples/${sample}/model.json`), 'utf8');

/** Rows of realScale of the first layer's recurrent matrix, multiplied. */
function scaled(sample: string, factor: number, rows = Number.POSITIVE_INFINITY): string {
  const file = JSON.parse(textOf(sample));
  const { recurrent } = file.layers.find((layer: { recurrent?: object }) => layer.recurrent);
  recurrent.realScale = recurrent.realScale.map((scale: number, row: number) => (row < rows ? scale * factor : scale));
  return JSON.stringify(file);
}

test.each(SAMPLES)('%s: its scales agree, and others are counted and replaced', (sample) => {
  expect(findScaleContradictions(readModel(textOf(sample)))).toBeNull();
  const wrong = readModel(scaled(sample, 8, 2));
  const found = findScaleContradictions(wrong)!;
  expect(found).toMatchObject({ rows: 2, row: 0, matrix: expect.stringMatching(/^\/layers\/\d\/recurrent$/) });
  expect(found.realScale / found.ofIntegers).toBeCloseTo(8, 1);
  expect(findScaleContradictions(withScalesOfIntegers(wrong))).toBeNull();
});

test('verify says that the file is wrong where only its scales are, and what to do', () => {
  const comparison = verifyBesideFloat(compile(scaled('gru_joint_multiplier', 8), { core: 'host' }));
  expect(comparison).toMatchObject({ passed: false, scales: { explain: true } });
  const text = describeFloatComparison(comparison);
  expect(text).toMatch(
    /the cause: realScale contradicts scale in \d+ of \d+ rows, first in \/layers\/0\/recurrent row 0/,
  );
  expect(text).toMatch(/the model file is wrong, not the C\n {2}hint: /);
});

test('verify does not blame the scales for what they do not explain', () => {
  // the program is that of a model with other weights
  const model = readModel(scaled('gru_joint_multiplier', 8, 1));
  const program = compile(textOf('gru_joint_multiplier'), { core: 'host' });
  const { codes } = (model.layers[0] as RecurrentLayer).input;
  codes.forEach((code, i) => {
    codes[i] = -code;
  });
  const comparison = verifyBesideFloat({ ...program, model });
  expect(comparison).toMatchObject({ passed: false, scales: { explain: false } });
  expect(describeFloatComparison(comparison)).toMatch(/are outside their limits, too/);
});
