import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import {
  chooseRowScale,
  quantizeBias,
  type RowScale,
  type RowScaleKind,
  realScale,
  type ScaledRows,
  ScaleRangeError,
} from '../fixed/formats.js';
import {
  type ActivationBits,
  type DenseLayer,
  type Layer,
  type Matrix,
  type Model,
  outputFraction,
  readsTable,
  type ScaleShiftLayer,
  tableReadingFor,
  windowOf,
} from '../ir/model.js';
import { chooseDenseFraction } from './fractions.js';
import type { RealDense, RealLayer, RealMatrix, RealNetwork, RealRecurrent, RealScaleShift } from './real-network.js';
import { GRU, LSTM, type RecurrentCell, RNN } from './recurrent-cells.js';

/**
 * Chooses every fixed-point format once (N2 to N4, N9); the compiler only obeys the result. A joint scope needs inputs
 * of the hidden state's fraction. Throws ScaleRangeError (src/fixed/formats.ts) where a scale or bias has no fixed-point form.
 */
export function buildModel(network: RealNetwork): Model {
  const { name, activationBits = 8, input, labels, goldenInput, training } = network;
  const { task, outputs, thresholds, anomaly, tables = tableReadingFor(activationBits) } = network;
  let inputFraction = input.fraction;
  const layers = network.layers.map((layer, index): Layer => {
    const inputs = { bits: activationBits, fraction: inputFraction };
    const built = buildLayer(layer, inputs, index === network.layers.length - 1);
    inputFraction = outputFraction(built, activationBits);
    return built;
  });
  return {
    ...{ name, activationBits, input, layers, labels, goldenInput, training },
    ...(task !== undefined && { task }),
    ...(outputs !== undefined && { outputs }),
    ...(tables !== 'nearest' && { tables }),
    ...(thresholds !== undefined && { thresholds }),
    ...(anomaly !== undefined && { anomaly }),
  };
}

/** What a matrix multiplies. */
interface Inputs {
  readonly bits: ActivationBits;
  readonly fraction: number;
}

type RealOf<T extends RealLayer['type']> = Extract<RealLayer, { readonly type: T }>;

/** How the layer of the model is made; tsc asks for a row for each type. */
const BUILD: {
  readonly [T in RealLayer['type']]: (layer: RealOf<T>, inputs: Inputs, last: boolean) => Layer;
} = {
  rnn: (layer, inputs) => buildRecurrent(layer, inputs, RNN),
  gru: (layer, inputs) => buildRecurrent(layer, inputs, GRU),
  lstm: (layer, inputs) => buildRecurrent(layer, inputs, LSTM),
  dense: (layer, inputs, last) => ({ type: 'dense', ...buildDense(layer, inputs, last) }),
  conv1d: (layer, inputs, last) => ({
    ...{ type: 'conv1d', ...windowOf(layer) },
    ...buildDense(layer, inputs, last && layer.keeps === 'partial', layer.keeps === 'partial'),
  }),
  pool: ({ type, name, units, function: f, ...layer }, { fraction }) => ({
    ...{ type, name, units, ...windowOf(layer), function: f, outputFraction: fraction },
  }),
  repeat: (layer, { fraction }) => ({ ...layer, outputFraction: fraction }),
  scaleShift: (layer, { fraction }) => buildScaleShift(layer, fraction),
};

function buildLayer<T extends RealLayer['type']>(layer: RealOf<T>, inputs: Inputs, last: boolean): Layer {
  return BUILD[layer.type as T](layer, inputs, last);
}

/** Matrices with their row scales and biases, and the formats of the cell. */
function buildRecurrent<L extends RealRecurrent>(layer: L, inputs: Inputs, cell: RecurrentCell<L>): Layer {
  const hiddenFraction = cell.hiddenFraction(layer, inputs.bits);
  const hidden = { bits: inputs.bits, fraction: hiddenFraction };
  const sumFraction = cell.sumFraction(layer, hiddenFraction);
  const [first, second] = cell.biases(layer);
  const { name, units, scope } = layer;
  if (scope === 'joint') {
    if (inputs.fraction !== hiddenFraction)
      throw new Error(`a joint row scale needs an input of ${hiddenFraction} fraction bits`);
    const { input, recurrent } = layer;
    if (input.rowScale !== recurrent.rowScale || input.scales.some((s, j) => s !== recurrent.scales[j]))
      throw new Error('a joint row scale is the same in both matrices');
    const sums = magnitudes(input).map((sum, j) => sum + magnitudes(recurrent)[j]!);
    const both = Float64Array.from(first, (b, j) => (Math.abs(b) > Math.abs(second[j]!) ? b : second[j]!));
    const shared = chooseShared(input.rowScale, input.scales, sums, both, inputs, sumFraction);
    return cell.assemble(layer, {
      ...{ name, units, scope, input: toMatrix(input, shared), recurrent: toMatrix(recurrent, shared), hiddenFraction },
      inputBias: biasCodes(first, shared.scales, inputs.fraction),
      recurrentBias: biasCodes(second, shared.scales, inputs.fraction),
    });
  }
  const x = scaleRows(layer.input.rowScale, layer.input, first, inputs, sumFraction);
  const h = scaleRows(layer.recurrent.rowScale, layer.recurrent, second, hidden, sumFraction);
  return cell.assemble(layer, {
    ...{ name, units, scope, input: x.matrix, recurrent: h.matrix, hiddenFraction },
    ...{ inputBias: x.bias, recurrentBias: h.bias },
  });
}

/** `partial`: sums are kept step by step, in the range of the largest row (N16). */
function buildDense(
  layer: Omit<RealDense, 'type'>,
  inputs: Inputs,
  last: boolean,
  partial = false,
): Omit<DenseLayer, 'type'> {
  const { name, units, activation, weights } = layer;
  const table = readsTable(activation);
  const outputFraction = chooseDenseFraction(activation, layer.largestOutput, last ? 16 : inputs.bits);
  const sumFraction = table ? PREACTIVATION_FRACTION : outputFraction;
  const sums = magnitudes(weights);
  const reach = partial ? sums.map((sum) => (sum === 0 ? 0 : Math.max(...sums))) : sums;
  const { matrix, bias } = scaleRows(weights.rowScale, weights, layer.bias, inputs, sumFraction, reach);
  return { name, units, activation, weights: matrix, bias, outputFraction };
}

/**
 * N9: for y = x s + b in output units, n is the largest of 0..30 for which |m| = |floor(s 2^n + 0.5)| <= 32767 and
 * |bias| = |floor(b 2^n + 0.5)| <= 2^29.
 */
function buildScaleShift(
  { name, units, scale, shift, outputFraction }: RealScaleShift,
  inputFraction: number,
): ScaleShiftLayer {
  const [m, n, bias] = [new Int16Array(units), new Uint8Array(units), new Int32Array(units)];
  for (let j = 0; j < units; j++) {
    const [s, b] = [scale[j]! * 2 ** (outputFraction - inputFraction), shift[j]! * 2 ** outputFraction];
    const at = (value: number, bits: number): number => Math.floor(value * 2 ** bits + 0.5);
    let bits = 30;
    while (bits >= 0 && (Math.abs(at(s, bits)) > 32767 || Math.abs(at(b, bits)) > 2 ** 29)) bits--;
    if (bits < 0 || !Number.isFinite(s) || !Number.isFinite(b))
      throw new ScaleRangeError(j, scale[j]!, `with the shift ${shift[j]} it has no fixed-point form`);
    [m[j], n[j], bias[j]] = [at(s, bits), bits, at(b, bits)];
  }
  return { type: 'scaleShift', name, units, m, n, bias, outputFraction };
}

interface Chosen {
  readonly scale: RowScale;
  /** Wanted scales (N4 divides biases by these). */
  readonly scales: Float64Array;
  /** The scales that the chosen integers stand for. */
  readonly reached: Float64Array;
}

function scaleRows(
  kind: RowScaleKind,
  matrix: RealMatrix,
  bias: Float64Array,
  inputs: Inputs,
  outputFraction: number,
  sums = magnitudes(matrix),
) {
  const chosen = chooseShared(kind, matrix.scales, sums, bias, inputs, outputFraction);
  return { matrix: toMatrix(matrix, chosen), bias: biasCodes(bias, chosen.scales, inputs.fraction) };
}

/** A row of zeros has no scale of its own: it gets the one that makes its accumulator unit an output unit. */
function chooseShared(
  kind: RowScaleKind,
  wanted: Float64Array,
  sums: Float64Array,
  bias: Float64Array,
  { bits: inputBits, fraction: inputFraction }: Inputs,
  outputFraction: number,
): Chosen {
  const powered = wanted.map((s, j) =>
    sums[j] === 0 ? 2 ** (inputFraction - outputFraction) : kind === 'shift' ? 2 ** Math.round(Math.log2(s)) : s,
  );
  const rows: ScaledRows = {
    scales: powered,
    magnitudes: sums,
    biases: biasCodes(bias, powered, inputFraction),
    inputFraction,
    outputFraction,
    inputBits,
  };
  const scale = chooseRowScale(kind, rows);
  const reached = powered.map((_, j) => realScale(scale, j) * 2 ** (inputFraction - outputFraction));
  return { scale, scales: powered, reached };
}

const biasCodes = (bias: Float64Array, scales: Float64Array, inputFraction: number): Int32Array =>
  Int32Array.from(bias, (b, j) => quantizeBias(b, scales[j]!, inputFraction, j));

const toMatrix = ({ format, rows, cols, codes }: RealMatrix, { scale, reached }: Chosen): Matrix => ({
  format,
  rows,
  cols,
  codes,
  scale,
  realScale: reached,
});

function magnitudes({ rows, cols, codes }: RealMatrix): Float64Array {
  const sums = new Float64Array(rows);
  for (let j = 0; j < rows; j++) for (let i = j * cols; i < (j + 1) * cols; i++) sums[j]! += Math.abs(codes[i]!);
  return sums;
}
