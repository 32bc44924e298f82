import { type LevelRule, levelMethod, roundScale } from './fixed-levels.js';
import type { MatrixShape } from './method.js';

// Methods whose scales follow the masters: one of each row, or of each gate.

/** Smallest scale: a matrix of zeros must keep one that a chip can represent. */
const MIN_SCALE = 2 ** -14;

/** Mean |W| of a gate's masters whose magnitude is above `floor`; 0 where there is none. */
function meanMagnitude(masters: Float32Array, from: number, to: number, floor: number): number {
  let [sum, count] = [0, 0];
  for (let i = from; i < to; i++) {
    const magnitude = Math.abs(masters[i]!);
    if (magnitude <= floor) continue;
    sum += magnitude;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Calls `each` with the element range and the row range of every gate. */
function forEachGate(
  { rows, cols, units }: MatrixShape,
  each: (from: number, to: number, firstRow: number, lastRow: number) => void,
): void {
  for (let row = 0; row < rows; row += units) each(row * cols, (row + units) * cols, row, row + units);
}

/** Ternary weight networks (Li & Liu 2016): threshold times mean |W|, scale = mean |W| of those above it. */
const twnRule: LevelRule = (masters, shape, { zeroThreshold, rowScale }, _random, { codes, scales }) =>
  forEachGate(shape, (from, to, firstRow, lastRow) => {
    const least = zeroThreshold * meanMagnitude(masters, from, to, -1);
    const scale = roundScale(Math.max(MIN_SCALE, meanMagnitude(masters, from, to, least)), rowScale);
    scales.fill(scale, firstRow, lastRow);
    for (let i = from; i < to; i++) codes[i] = masters[i]! > least ? 1 : masters[i]! < -least ? -1 : 0;
  });

/** BitNet b1.58 (Ma et al. 2024): scale = mean |W|, codes rounded and clipped to -1..1. */
const absmeanRule: LevelRule = (masters, shape, { rowScale }, _random, { codes, scales }) =>
  forEachGate(shape, (from, to, firstRow, lastRow) => {
    const mean = Math.max(MIN_SCALE, meanMagnitude(masters, from, to, -1));
    scales.fill(roundScale(mean, rowScale), firstRow, lastRow);
    for (let i = from; i < to; i++) codes[i] = Math.max(-1, Math.min(1, Math.floor(masters[i]! / mean + 0.5)));
  });

function rowMaximum(masters: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) most = Math.max(most, Math.abs(masters[i]!));
  return most;
}

/** Largest code of s8. */
const LARGEST = 127;

/** Evenly spaced codes, scale = largest |W| of the row / 127, rounded up to a power of two for shifts. */
const s8Rule: LevelRule = (masters, { rows, cols }, { rowScale }, _random, { codes, scales }) => {
  for (let j = 0; j < rows; j++) {
    const [from, to] = [j * cols, (j + 1) * cols];
    const scale = roundScale(Math.max(MIN_SCALE, rowMaximum(masters, from, to) / LARGEST), rowScale, Math.ceil);
    scales[j] = scale;
    for (let i = from; i < to; i++)
      codes[i] = Math.max(-LARGEST, Math.min(LARGEST, Math.floor(masters[i]! / scale + 0.5)));
  }
};

export const twn = levelMethod(
  'twn',
  'ternary, one scale a gate: mean of the weights above a threshold',
  () => 'ternary',
  twnRule,
);
export const absmean = levelMethod(
  'absmean',
  'ternary, one scale a gate: mean magnitude',
  () => 'ternary',
  absmeanRule,
);
export const s8 = levelMethod('s8', 'integers -127..127, one scale a row', () => 's8', s8Rule);
