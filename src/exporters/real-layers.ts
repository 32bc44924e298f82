import {
  type ActivationBits,
  hiddenFraction,
  type Layer,
  type LayerType,
  type Matrix,
  type Model,
  outputFraction,
} from '../ir/model.js';

/** Biases of a layer: the real bias of row j is codes[j] * scale[j]. */
export interface RealBias {
  readonly name: string;
  readonly codes: Int32Array;
  readonly scale: Float64Array;
}

/** A layer of the quantized float network: weights are matrix.realScale[row] * codes, no activation is rounded. */
export interface RealLayer<L extends Layer = Layer> {
  readonly layer: L;
  /** Fraction bits of the codes that it reads, and of those that it hands on. */
  readonly inputFraction: number;
  readonly outputFraction: number;
  /** Its matrices and biases by their names in model.json. */
  readonly matrices: Readonly<Record<string, Matrix>>;
  readonly biases: readonly RealBias[];
  /** Of a scaleShift: y = factors x + shifts, element by element. */
  readonly affine?: { readonly factors: Float64Array; readonly shifts: Float64Array };
}

/** The layers of a model in real numbers, in their order. */
export function realLayers({ input, layers, activationBits: bits }: Model): RealLayer[] {
  let { fraction } = input;
  return layers.map((layer) => {
    const inputFraction = fraction;
    fraction = outputFraction(layer, bits);
    const parts = PARTS[layer.type] as Parts<LayerType>;
    return { layer, inputFraction, outputFraction: fraction, ...parts(layer as never, inputFraction, bits) };
  });
}

type Parts<T extends LayerType> = (
  layer: Extract<Layer, { type: T }>,
  inputFraction: number,
  bits: ActivationBits,
) => Pick<RealLayer, 'matrices' | 'biases' | 'affine'>;

/** Real value of one unit of each row's accumulator. */
const unitsOf = ({ realScale }: Matrix, fraction: number): Float64Array =>
  realScale.map((scale) => scale * 2 ** -fraction);

const PARTS: { readonly [K in LayerType]: Parts<K> } = {
  rnn: ({ input, recurrent, bias }, fraction) => ({
    matrices: { input, recurrent },
    biases: [{ name: 'bias', codes: bias, scale: unitsOf(input, fraction) }],
  }),
  gru: (layer, fraction, bits) => {
    const { input, recurrent, inputBias, recurrentBias, units } = layer;
    // of gate n alone, the last of three
    const ofGateN = unitsOf(recurrent, hiddenFraction(layer, bits)).subarray(2 * units);
    const own = { name: 'recurrentBias', codes: recurrentBias, scale: ofGateN };
    return {
      matrices: { input, recurrent },
      biases: [
        { name: 'inputBias', codes: inputBias, scale: unitsOf(input, fraction) },
        ...(recurrentBias.length > 0 ? [own] : []),
      ],
    };
  },
  lstm: ({ input, recurrent, bias }, fraction) => ({
    matrices: { input, recurrent },
    biases: [{ name: 'bias', codes: bias, scale: unitsOf(input, fraction) }],
  }),
  dense: ({ weights, bias }, fraction) => ({
    matrices: { weights },
    biases: [{ name: 'bias', codes: bias, scale: unitsOf(weights, fraction) }],
  }),
  conv1d: ({ weights, bias }, fraction) => ({
    matrices: { weights },
    biases: [{ name: 'bias', codes: bias, scale: unitsOf(weights, fraction) }],
  }),
  pool: () => ({ matrices: {}, biases: [] }),
  repeat: () => ({ matrices: {}, biases: [] }),
  scaleShift: ({ m, n, bias, outputFraction: f }, fraction) => ({
    matrices: {},
    biases: [],
    affine: {
      factors: Float64Array.from(m, (factor, j) => factor * 2 ** (fraction - n[j]! - f)),
      shifts: Float64Array.from(bias, (code, j) => code * 2 ** -(n[j]! + f)),
    },
  }),
};
