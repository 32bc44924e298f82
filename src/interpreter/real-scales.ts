import { realScale } from '../fixed/formats.js';
import { type Model, outputFraction } from '../ir/model.js';
import { floatStep } from './float-steps/index.js';

/** A row whose realScale is not what its integers stand for: the float network of the model is then another one. */
export interface ScaleContradiction {
  /** JSON path of the matrix. */
  readonly matrix: string;
  readonly row: number;
  readonly realScale: number;
  readonly ofIntegers: number;
}

/** The first row whose realScale differs from its integers by more than the rounding of a multiplier (N3), or null. */
export function findScaleContradiction(model: Model): ScaleContradiction | null {
  const { activationBits: bits, input, layers } = model;
  let fraction = input.fraction;
  for (const [index, layer] of layers.entries()) {
    for (const { name, matrix, from, to } of floatStep(layer).matrices(layer, fraction, bits))
      for (let row = 0; row < matrix.rows; row++) {
        const ofIntegers = realScale(matrix.scale, row) * 2 ** (from - to);
        const found = matrix.realScale[row]!;
        const tolerance = matrix.scale.kind === 'shift' ? 2 ** -40 : 0.5 / (matrix.scale.m[row]! - 0.5);
        if (Math.abs(found - ofIntegers) > ofIntegers * tolerance * 1.01)
          return { matrix: `/layers/${index}/${name}`, row, realScale: found, ofIntegers };
      }
    fraction = outputFraction(layer, bits);
  }
  return null;
}
