import { describe, expect, test } from 'vitest';
import { chooseRowScale, quantizeBias } from '../../src/fixed/formats.js';
import { SeededRandom } from '../../src/fixed/random.js';
import { type MatrixWishes, quantizeMatrix } from '../../src/importers/quantize-matrix.js';

const random = new SeededRandom(5);
const ROWS = 4;
const COLS = 6;

const wishes = (more: Partial<MatrixWishes>): MatrixWishes => ({
  format: 's8',
  rowScale: 'multiplier',
  rows: ROWS,
  cols: COLS,
  biases: new Float64Array(ROWS),
  inputBits: 16,
  inputFraction: 15,
  outputFraction: 12,
  ...more,
});
const weights = (factors: readonly number[]): Float64Array =>
  Float64Array.from({ length: ROWS * COLS }, (_, k) => (2 * random.next() - 1) * factors[Math.floor(k / COLS)]!);

/** What buildModel does with a matrix: it must not throw. */
function fixedPoint(own: Float64Array, given: MatrixWishes): void {
  const { codes, scales } = quantizeMatrix(own, given).matrix;
  const magnitudes = new Float64Array(ROWS);
  codes.forEach((code, k) => {
    magnitudes[Math.floor(k / COLS)]! += Math.abs(code);
  });
  const used = scales.map((scale, j) =>
    magnitudes[j] === 0 ? 2 ** (given.inputFraction - given.outputFraction) : scale,
  );
  const biases = Int32Array.from(given.biases, (bias, j) => quantizeBias(bias, used[j]!, given.inputFraction, j));
  chooseRowScale(given.rowScale, {
    scales: used,
    magnitudes,
    biases,
    inputFraction: given.inputFraction,
    outputFraction: given.outputFraction,
    inputBits: given.inputBits,
  });
}

describe('matrices that fixed point cannot hold as they are', () => {
  test.each(['multiplier', 'shift'] as const)('tiny weights with a bias of normal size: %s', (rowScale) => {
    const given = wishes({ rowScale, biases: new Float64Array(ROWS).fill(0.7) });
    const own = weights([1, 1e-3, 1e-6, 1]);
    expect(quantizeMatrix(own, given).coarser).toBe(1);
    fixedPoint(own, given);
  });

  test.each(['multiplier', 'shift'] as const)('a row below half a unit becomes zeros: %s', (rowScale) => {
    const given = wishes({ rowScale });
    const own = weights([1, 2e-17, 0, 1]);
    const { matrix, dead } = quantizeMatrix(own, given);
    expect(dead).toBe(1);
    expect(Array.from(matrix.codes.subarray(COLS, 3 * COLS))).toEqual(Array(2 * COLS).fill(0));
    fixedPoint(own, given);
  });
});

test('a power of two is chosen before the codes', () => {
  const own = weights([0.9, 0.3, 0.05, 1.7]);
  const { matrix } = quantizeMatrix(own, wishes({ rowScale: 'shift' }));
  matrix.scales.forEach((scale, j) => {
    expect(Number.isInteger(Math.log2(scale))).toBe(true);
    for (let k = j * COLS; k < (j + 1) * COLS; k++)
      expect(Math.abs(matrix.codes[k]! * scale - own[k]!)).toBeLessThanOrEqual(scale / 2);
  });
});
