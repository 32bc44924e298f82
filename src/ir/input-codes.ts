import { ACTIVATION_FORMATS, type ActivationBits, type Codes, codesArray, type InputScaling } from './model.js';

/** Largest gain, so that twice of it is a finite float32: the C works with 2 * gain. */
const MAX_GAIN = 2 ** 127 * (1 - 2 ** -24);

/** Offset of each of `size` features as the float32 that the generated C subtracts. */
export const inputOffsets = ({ size, offset }: InputScaling): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => offset[i % offset.length]!);

/** Codes per unit of each of `size` features, scale * 2^fraction, as the float32 that the generated C multiplies by. */
export const inputGains = ({ size, scale, fraction }: InputScaling): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.min(MAX_GAIN, scale[i % scale.length]! * 2 ** fraction));

/**
 * Real values, steps x size, as codes: p = (v - offset) * gain with v, offset, gain, the difference and the product
 * each rounded to float32, then p rounded to the nearest integer (halves up) and saturated; NaN becomes 0. These are
 * the operations of <MODEL>_QUANTIZE_INPUT in the generated header, so both give the same codes (docs/decisions/0025).
 */
export function inputCodes(values: ArrayLike<number>, input: InputScaling, bits: ActivationBits = 8): Codes {
  const { size } = input;
  const { largest } = ACTIVATION_FORMATS[bits];
  const [offsets, gains] = [inputOffsets(input), inputGains(input)];
  const codes = new (codesArray(input, bits))(values.length);
  for (let from = 0; from < codes.length; from += size)
    for (let i = 0; i < size; i++) {
      const difference = Math.fround(Math.fround(values[from + i]!) - offsets[i]!);
      const product = Math.fround(difference * gains[i]!);
      // exact: a float32 and a half fit a float64
      const code = Math.floor(product + 0.5);
      codes[from + i] = Number.isNaN(code) ? 0 : Math.max(-largest, Math.min(largest, code));
    }
  return codes;
}
