import { realScale } from '../fixed/formats.js';
import { type Layer, type Matrix, type Model, outputFraction } from '../ir/model.js';
import { floatStep } from './float-steps/index.js';

/** Rows whose realScale is not what their integers stand for: the float network of the model is then another one. */
export interface ScaleContradictions {
  /** So many rows, of so many. */
  readonly rows: number;
  readonly of: number;
  /** The first: JSON path of the matrix, row, both values. */
  readonly matrix: string;
  readonly row: number;
  readonly realScale: number;
  readonly ofIntegers: number;
}

interface PlacedMatrix {
  readonly path: string;
  readonly matrix: Matrix;
  /** Of each row, what its shift or multiplier stands for. */
  readonly ofIntegers: readonly number[];
}

/** The rows whose realScale differs from its integers by more than the rounding of a multiplier (N3), or null. */
export function findScaleContradictions(model: Model): ScaleContradictions | null {
  const places = matricesOf(model);
  const rows = places.flatMap(({ path, matrix, ofIntegers }) =>
    ofIntegers.flatMap((value, row) =>
      contradicts(matrix, row, value)
        ? [{ matrix: path, row, realScale: matrix.realScale[row]!, ofIntegers: value }]
        : [],
    ),
  );
  const [first] = rows;
  if (first === undefined) return null;
  return { rows: rows.length, of: places.reduce((sum, { ofIntegers }) => sum + ofIntegers.length, 0), ...first };
}

function contradicts({ scale, realScale: scales }: Matrix, row: number, ofIntegers: number): boolean {
  const tolerance = scale.kind === 'shift' ? 2 ** -40 : 0.5 / (scale.m[row]! - 0.5);
  return Math.abs(scales[row]! - ofIntegers) > ofIntegers * tolerance * 1.01;
}

/** The model whose float network has the scales of its integers. */
export function withScalesOfIntegers(model: Model): Model {
  const scales = new Map(matricesOf(model).map(({ matrix, ofIntegers }) => [matrix, ofIntegers]));
  const changed = (value: unknown): unknown => {
    const ofIntegers = scales.get(value as Matrix);
    return ofIntegers === undefined ? value : { ...(value as Matrix), realScale: Float64Array.from(ofIntegers) };
  };
  const layers = model.layers.map(
    (layer) =>
      Object.fromEntries(Object.entries(layer).map(([key, value]) => [key, changed(value)])) as unknown as Layer,
  );
  return { ...model, layers };
}

function matricesOf({ activationBits: bits, input, layers }: Model): PlacedMatrix[] {
  const places: PlacedMatrix[] = [];
  let { fraction } = input;
  for (const [index, layer] of layers.entries()) {
    for (const { name, matrix, from, to } of floatStep(layer).matrices(layer, fraction, bits)) {
      const ofIntegers = Array.from(
        { length: matrix.rows },
        (_, row) => realScale(matrix.scale, row) * 2 ** (from - to),
      );
      places.push({ path: `/layers/${index}/${name}`, matrix, ofIntegers });
    }
    fraction = outputFraction(layer, bits);
  }
  return places;
}
