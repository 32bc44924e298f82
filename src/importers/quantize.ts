import { bug } from '../diagnostics.js';
import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { chooseFraction, type RowScaleKind } from '../fixed/formats.js';
import {
  ACTIVATION_FORMATS,
  type ActivationBits,
  type FormatName,
  type InputScaling,
  isApart,
  preactivationFraction,
  readsTable,
  type Windowed,
  windowOf,
} from '../ir/model.js';
import { chooseCellFraction, chooseDenseFraction, chooseHiddenFraction } from '../quantizers/fractions.js';
import type { RealDense, RealLayer, RealNetwork } from '../quantizers/real-network.js';
import type { LayerRange } from './calibrate.js';
import type { FloatConv1d, FloatNetwork, FloatPool, FloatRecurrent, FloatWeighted } from './float-network.js';
import { GATE_COUNTS, hasTwoBiases, isWeighted } from './float-network.js';
import { type QuantizedMatrix, quantizeMatrix } from './quantize-matrix.js';
import { reluFraction } from './relu.js';
import { isHard } from './rewrite.js';

/** Weight formats of the three kinds of matrices. */
export type WeightFormats = Readonly<Record<'input' | 'recurrent' | 'dense', FormatName>>;

export interface QuantizeWishes {
  readonly weights: WeightFormats;
  readonly rowScale: RowScaleKind;
  readonly activationBits: ActivationBits;
  readonly input: InputScaling;
  /** Of every layer, over the calibration data. */
  readonly ranges: readonly LayerRange[];
}

export interface Quantized {
  readonly layers: RealNetwork['layers'];
  readonly notes: readonly string[];
}

/** Layers of a rewritten network, which reads codes of `input`, as codes and scales. */
export function quantizeLayers(network: FloatNetwork, wishes: QuantizeWishes): Quantized {
  const { activationBits: bits } = wishes;
  const notes: string[] = [];
  let fraction = wishes.input.fraction;
  const { length } = network.layers;
  const layers = network.layers.map((layer, i): RealLayer => {
    const range = wishes.ranges[i]!;
    const context: Context = { ...wishes, fraction, range, last: i === length - 1, notes };
    if (layer.type === 'pool') {
      const { type, name, units, function: f } = layer;
      return { type, name, units, function: f, ...kept(layer, context) };
    }
    if (layer.type === 'repeat') {
      const { type, name, units, steps } = layer;
      return { type, name, units, steps };
    }
    if (isWeighted(layer)) {
      const dense = denseLayer(layer, context);
      fraction = chooseDenseFraction(dense.activation, range.output, bits);
      return layer.type === 'dense' ? dense : { ...dense, type: 'conv1d', ...kept(layer, context) };
    }
    if (layer.type === 'scaleShift' || layer.type === 'embedding') return bug(`${layer.name} was not rewritten`);
    fraction = hiddenFraction(layer, range, bits);
    return recurrentLayer(layer, context);
  });
  return { layers, notes };
}

interface Context extends QuantizeWishes {
  /** Of the layer's input. */
  readonly fraction: number;
  readonly range: LayerRange;
  readonly last: boolean;
  readonly notes: string[];
}

/**
 * A window with what the state holds of it: partial results (N16) where those take fewer bytes than its inputs, sums before and behind
 * a step among them; the last layer always, whose outputs have 16 bits then.
 */
function kept(layer: FloatConv1d | FloatPool, { activationBits, last }: Context): Windowed {
  const { units, inputs, window } = layer;
  const code = activationBits / 8;
  const partial = units * (layer.type === 'conv1d' ? 8 : layer.function === 'mean' ? 4 : 4 * code);
  return isApart(layer) && (last || partial < window * inputs * code)
    ? { ...windowOf(layer), keeps: 'partial' }
    : windowOf(layer);
}

function denseLayer(layer: FloatWeighted, context: Context): RealDense {
  const { name, units, weights, bias, activation } = layer;
  const { activationBits: bits, fraction, range, last } = context;
  if (typeof activation !== 'string') return bug(`${name} was not rewritten`);
  const quantized = quantizeMatrix(weights, {
    format: context.weights.dense,
    rowScale: context.rowScale,
    rows: units,
    cols: weights.length / units,
    biases: bias,
    // partial sums reach twice what the sum does
    reach: 'window' in layer && isApart(layer) ? 2 : 1,
    inputBits: bits,
    inputFraction: fraction,
    outputFraction: readsTable(activation) ? PREACTIVATION_FRACTION : chooseFraction(range.output, last ? 16 : bits),
  });
  const matrix = noted(context, name, 'weights', quantized);
  return {
    type: 'dense',
    name,
    units,
    activation,
    weights: matrix,
    bias,
    largestOutput: range.output,
  };
}

function hiddenFraction({ type, activation }: FloatRecurrent, range: LayerRange, bits: ActivationBits): number {
  if (activation !== 'relu') return ACTIVATION_FORMATS[bits].unitFraction;
  return type === 'rnn' ? chooseHiddenFraction(range.output, bits) : reluFraction(range);
}

function recurrentLayer(layer: FloatRecurrent, context: Context): RealLayer {
  const { type, name, units, inputs, inputBias, recurrentBias, reset } = layer;
  const { activationBits: bits, range } = context;
  const rows = GATE_COUNTS[type] * units;
  const bias = inputBias.map((b, j) => b + recurrentBias[j]!);
  // gate n of a GRU with the reset after the product has both biases, all others their sum in the input part (N4)
  const apart = (j: number): boolean => hasTwoBiases(layer) && j >= 2 * units;
  const fraction = hiddenFraction(layer, range, bits);
  const activation = layer.activation === 'relu' ? 'relu' : 'tanh';
  const outputFraction = type === 'rnn' ? PREACTIVATION_FRACTION : preactivationFraction(activation, fraction);
  const shared = { rowScale: context.rowScale, rows, inputBits: bits, outputFraction };
  const input = quantizeMatrix(layer.input, {
    ...shared,
    format: context.weights.input,
    cols: inputs,
    inputFraction: context.fraction,
    biases: bias.map((sum, j) => (apart(j) ? inputBias[j]! : sum)),
  });
  const recurrent = quantizeMatrix(layer.recurrent, {
    ...shared,
    format: context.weights.recurrent,
    cols: units,
    inputFraction: fraction,
    biases: bias.map((_sum, j) => (apart(j) ? recurrentBias[j]! : 0)),
  });
  const common = {
    name,
    units,
    scope: 'separate' as const,
    input: noted(context, name, 'input weights', input),
    recurrent: noted(context, name, 'recurrent weights', recurrent),
  };
  if (type === 'rnn') return { type, ...common, activation, bias, largestHidden: range.output };
  const isRelu = activation === 'relu';
  const gates = { activation, gateActivation: isHard(layer.gateActivation) ? 'hard' : 'sigmoid' } as const;
  if (type === 'gru')
    return { type, ...common, ...gates, reset, inputBias, recurrentBias, ...(isRelu && { hiddenFraction: fraction }) };
  return { type, ...common, ...gates, bias, cellFraction: isRelu ? fraction : chooseCellFraction(range.cell) };
}

/** The matrix; what was special about it is noted. */
function noted({ notes }: Context, name: string, what: string, { matrix, coarser, dead }: QuantizedMatrix) {
  const rows = (count: number) => `${count} of ${matrix.rows} rows of the ${what}`;
  if (coarser > 0) notes.push(`${name}: ${rows(coarser)} got coarser codes, so that biases and sums fit 32 bits`);
  if (dead > 0) notes.push(`${name}: ${rows(dead)} are below half a unit of what they are added to and became zeros`);
  return matrix;
}
