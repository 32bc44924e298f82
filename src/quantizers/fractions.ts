import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { chooseFraction, MARGIN } from '../fixed/formats.js';
import { ACTIVATION_FORMATS, type Activation, type ActivationBits, RELU_FRACTIONS, readsTable } from '../ir/model.js';

/** Fraction bits of a cell state: +-16, no saturation seen in practice. */
const DEFAULT_CELL_FRACTION = 11;

/** Fraction bits of a cell state that reaches `largest`. */
export const chooseCellFraction = (largest: number): number =>
  Math.max(4, Math.min(DEFAULT_CELL_FRACTION, chooseFraction(largest, 16)));

/** Fraction bits of the output of a scaleShift layer that reaches `largest`. */
export const chooseScaleShiftFraction = (largest: number, bits: ActivationBits): number =>
  Math.min(ACTIVATION_FORMATS[bits].unitFraction, chooseFraction(largest, bits));

/** Fraction bits of the output of a dense layer that reaches `largest`, as codes of `bits` bits. */
export const chooseDenseFraction = (activation: Activation, largest: number, bits: ActivationBits): number =>
  readsTable(activation) ? ACTIVATION_FORMATS[bits].unitFraction : chooseFraction(largest, bits);

/** Fraction bits of the state of a relu cell that reaches `largest`: no more than its pre-activation has. */
export const chooseHiddenFraction = (largest: number, bits: ActivationBits): number =>
  Math.min(PREACTIVATION_FRACTION, chooseFraction(largest, bits));

/**
 * Fraction bits of a relu GRU or LSTM whose candidate, cell and state reach `largest` (N13); what does not fit the fewest
 * saturates.
 */
export function chooseReluFraction(largest: number): number {
  const [least, most] = RELU_FRACTIONS;
  if (!(largest > 0)) return most;
  return Math.max(least, Math.min(most, Math.floor(Math.log2(32767 / (largest * MARGIN)))));
}
