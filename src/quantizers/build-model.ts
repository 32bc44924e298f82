import { HIDDEN_FRACTION, PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import {
  chooseFraction,
  chooseRowScale,
  quantizeBias,
  type RowScale,
  type RowScaleKind,
  realScale,
  type ScaledRows,
} from '../fixed/formats.js';
import type { Activation, FormatName, InputScaling, Layer, Matrix, Model, ScaleScope } from '../ir/model.js';

/** A quantized matrix as a trainer knows it: real weight [j][i] = scales[j] * codes[j * cols + i], scales[j] > 0. */
export interface RealMatrix {
  readonly format: FormatName;
  readonly rows: number;
  readonly cols: number;
  readonly codes: Int8Array;
  readonly scales: Float64Array;
  readonly rowScale: RowScaleKind;
}

interface RealRecurrent {
  readonly name: string;
  readonly units: number;
  readonly scope: ScaleScope;
  readonly input: RealMatrix;
  readonly recurrent: RealMatrix;
}
/** Gates z, r, n; both biases real, 3 units each. A joint scope needs equal scales in both matrices. */
export interface RealGru extends RealRecurrent {
  readonly type: 'gru';
  readonly inputBias: Float64Array;
  readonly recurrentBias: Float64Array;
}
/** Gates i, f, g, o; bias real, 4 units. */
export interface RealLstm extends RealRecurrent {
  readonly type: 'lstm';
  readonly bias: Float64Array;
  readonly cellFraction: number;
}
export interface RealDense {
  readonly type: 'dense';
  readonly name: string;
  readonly units: number;
  readonly activation: Activation;
  readonly weights: RealMatrix;
  readonly bias: Float64Array;
  /** Largest |output| seen on calibration data: decides the output's fraction bits. */
  readonly largestOutput: number;
}
export type RealLayer = RealGru | RealLstm | RealDense;

/** What a trainer or an importer knows about a network before formats are chosen. */
export interface RealNetwork {
  readonly name: string;
  readonly input: InputScaling;
  readonly layers: readonly RealLayer[];
  readonly labels: readonly string[];
  readonly goldenInput: Int8Array;
  readonly training: Model['training'];
}

/**
 * Chooses every fixed-point format once (N2 to N4, N9); the compiler only obeys the result. A joint scope needs inputs
 * of fraction 7. Throws ScaleRangeError (src/fixed/formats.ts) where a scale or bias has no fixed-point form.
 */
export function buildModel(network: RealNetwork): Model {
  let inputFraction = network.input.fraction;
  const layers = network.layers.map((layer, index): Layer => {
    const built = buildLayer(layer, inputFraction, index === network.layers.length - 1);
    inputFraction = built.type === 'dense' ? built.outputFraction : HIDDEN_FRACTION;
    return built;
  });
  const { name, input, labels, goldenInput, training } = network;
  return { name, input, layers, labels, goldenInput, training };
}

function buildLayer(layer: RealLayer, inputFraction: number, last: boolean): Layer {
  const { name, units } = layer;
  if (layer.type === 'dense') {
    const outputFraction = chooseFraction(layer.largestOutput, last ? 16 : 8);
    const { matrix, bias } = scaleRows(
      layer.weights.rowScale,
      layer.weights,
      layer.bias,
      inputFraction,
      outputFraction,
    );
    return { type: 'dense', name, units, activation: layer.activation, weights: matrix, bias, outputFraction };
  }
  const gates = layer.type === 'gru' ? 3 : 4;
  const [first, second] = biasesOf(layer);
  if (layer.scope === 'joint') {
    if (inputFraction !== HIDDEN_FRACTION)
      throw new Error(`a joint row scale needs an input of ${HIDDEN_FRACTION} fraction bits`);
    const { input, recurrent } = layer;
    const sums = magnitudes(input).map((sum, j) => sum + magnitudes(recurrent)[j]!);
    const both = Float64Array.from(first, (b, j) => (Math.abs(b) > Math.abs(second[j]!) ? b : second[j]!));
    const shared = chooseShared(input.rowScale, input.scales, sums, both, inputFraction, PREACTIVATION_FRACTION);
    const inputBias = biasCodes(first, shared.scales, inputFraction);
    const recurrentBias = biasCodes(second, shared.scales, inputFraction);
    return assemble(layer, toMatrix(input, shared), toMatrix(recurrent, shared), inputBias, recurrentBias, gates);
  }
  const x = scaleRows(layer.input.rowScale, layer.input, first, inputFraction, PREACTIVATION_FRACTION);
  const h = scaleRows(layer.recurrent.rowScale, layer.recurrent, second, HIDDEN_FRACTION, PREACTIVATION_FRACTION);
  return assemble(layer, x.matrix, h.matrix, x.bias, h.bias, gates);
}

/** N4: gates z and r (and all of an LSTM) carry one bias in the x part; gate n of a GRU carries b_x and b_h apart. */
function biasesOf(layer: RealGru | RealLstm): [Float64Array, Float64Array] {
  if (layer.type === 'lstm') return [layer.bias, new Float64Array(layer.bias.length)];
  const merged = 2 * layer.units;
  return [
    layer.inputBias.map((b, j) => (j < merged ? b + layer.recurrentBias[j]! : b)),
    layer.recurrentBias.map((b, j) => (j < merged ? 0 : b)),
  ];
}

function assemble(
  layer: RealGru | RealLstm,
  input: Matrix,
  recurrent: Matrix,
  inputBias: Int32Array,
  recurrentBias: Int32Array,
  gates: number,
): Layer {
  const { name, units, scope } = layer;
  if (layer.type === 'lstm')
    return { type: 'lstm', name, units, scope, input, recurrent, bias: inputBias, cellFraction: layer.cellFraction };
  const ofGateN = recurrentBias.slice((gates - 1) * units);
  return { type: 'gru', name, units, scope, input, recurrent, inputBias, recurrentBias: ofGateN };
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
  inputFraction: number,
  outputFraction: number,
) {
  const chosen = chooseShared(kind, matrix.scales, magnitudes(matrix), bias, inputFraction, outputFraction);
  return { matrix: toMatrix(matrix, chosen), bias: biasCodes(bias, chosen.scales, inputFraction) };
}

/** A row of zeros has no scale of its own: it gets the one that makes its accumulator unit an output unit. */
function chooseShared(
  kind: RowScaleKind,
  wanted: Float64Array,
  sums: Float64Array,
  bias: Float64Array,
  inputFraction: number,
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
