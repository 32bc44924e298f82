import {
  ACTIVATION_FORMATS,
  type ActivationBits,
  type AffineLayer,
  type Codes,
  type DenseLayer,
  type GruLayer,
  hiddenFraction,
  type Layer,
  type LstmLayer,
  type Matrix,
  type Model,
  outputFraction,
  type RecurrentLayer,
  type RnnLayer,
  stepLength,
} from '../ir/model.js';
import { Arithmetic } from './arithmetic.js';
import { add, interpolate, map, mapEnds, mul, points, pointsOf, rowSums, slice, type Values } from './intervals.js';

/** Fraction bits of pre-activations (N5). */
const PREACTIVATION_FRACTION = 12;
/** N7: what the recurrent part of gate n is clamped to. */
const RECURRENT_LIMIT = 65535 * 2 ** -PREACTIVATION_FRACTION;

/** What a matrix multiplies: values, or the symbol of a one-hot input; with the fraction bits of their codes. */
export interface LayerInput {
  readonly values: Values | number;
  readonly fraction: number;
}

/** State of one layer after a step; h is the result of every layer, c only an LSTM's cell. */
export interface LayerState {
  readonly h: Values;
  readonly c: Values;
}

export const zeroState = ({ units }: Layer): LayerState => ({
  h: points(new Float64Array(units)),
  c: points(new Float64Array(units)),
});

/** Input codes of one time step as the network reads them. */
export function inputOf({ input, activationBits }: Model, codes: Codes): LayerInput {
  const { fraction, encoding } = input;
  if (encoding === 'one-hot') return { values: codes[0]!, fraction };
  const { largest } = ACTIVATION_FORMATS[activationBits];
  return {
    values: pointsOf(
      codes.map((code) => Math.max(code, -largest)),
      fraction,
    ),
    fraction,
  };
}

/** What a layer hands to the next one: codes of the activation bits. */
export const handedOn = (layer: Layer, h: Values, bits: ActivationBits, arithmetic: Arithmetic): LayerInput => {
  const fraction = outputFraction(layer, bits);
  return { values: layer.type === 'gru' ? arithmetic.round(h, fraction) : h, fraction };
};

/**
 * One time step of a layer with its quantized weights, in real numbers, straight from the Model: neither lowering nor any op
 * takes part. `last`: the layer gives the network's output.
 */
export function stepLayer(
  layer: Layer,
  x: LayerInput,
  before: LayerState,
  bits: ActivationBits,
  last: boolean,
  arithmetic: Arithmetic,
): LayerState {
  if (layer.type === 'affine') return { h: stepAffine(layer, x, bits, arithmetic), c: before.c };
  if (layer.type === 'dense') return { h: stepDense(layer, x, last ? 16 : bits, arithmetic), c: before.c };
  const cell = new Cell(layer, x, bits, arithmetic);
  if (layer.type === 'gru') return { h: stepGru(layer, cell, before.h, bits, arithmetic), c: before.c };
  if (layer.type === 'lstm') return stepLstm(layer, cell, before, bits, arithmetic);
  return { h: stepRnn(layer, cell, before.h, bits, arithmetic), c: before.c };
}

/** realScale_j * (bias_j 2^-fraction + sum_i codes_ji v_i), unrounded. */
function product({ codes, rows, cols, realScale }: Matrix, { values, fraction }: LayerInput, bias: Int32Array | null) {
  const unit = 2 ** -fraction;
  const column = (k: number): Values =>
    points(Float64Array.from({ length: rows }, (_, j) => (k >= 0 && k < cols ? codes[j * cols + k]! : 0)));
  const sums = typeof values === 'number' ? column(values) : rowSums(codes, rows, cols, values);
  const scaled = (x: number, j: number) => realScale[j]! * (bias === null ? x : bias[j]! * unit + x);
  const low = map(sums.low, scaled);
  return { low, high: sums.low === sums.high ? low : map(sums.high, scaled) };
}

/** Pre-activations of a recurrent layer, gate by gate (N5). */
class Cell {
  constructor(
    readonly layer: RecurrentLayer,
    readonly x: LayerInput,
    readonly bits: ActivationBits,
    readonly arithmetic: Arithmetic,
  ) {}

  /** W x + b of all gates, before any rounding. */
  input(bias: Int32Array): Values {
    return product(this.layer.input, this.x, bias);
  }

  /** U h + b of all gates, before any rounding. */
  recurrent(h: Values, bias: Int32Array | null): Values {
    const { layer, bits } = this;
    return product(layer.recurrent, { values: h, fraction: hiddenFraction(layer, bits) }, bias);
  }

  /** One gate of one part, scaled and rounded. */
  scaled(side: 'input' | 'recurrent', part: Values, gate: number): Values {
    const { layer, x, bits } = this;
    const { units } = layer;
    const unit = 2 ** -(side === 'input' ? x.fraction : hiddenFraction(layer, bits));
    const values = slice(part, gate * units, (gate + 1) * units);
    return this.arithmetic.requantize(values, layer[side], unit, PREACTIVATION_FRACTION, gate * units);
  }

  /** A gate's pre-activation: the sum is rounded where the row scale is joint, each part where it is not. */
  gate(input: Values, recurrent: Values, gate: number): Values {
    if (this.layer.scope === 'joint') return this.scaled('input', add(input, recurrent), gate);
    return add(this.scaled('input', input, gate), this.scaled('recurrent', recurrent, gate));
  }
}

function stepAffine(
  { m, n, bias, outputFraction: f }: AffineLayer,
  { values, fraction }: LayerInput,
  bits: ActivationBits,
  arithmetic: Arithmetic,
): Values {
  const { low, high } = values as Values;
  const at = (x: number, j: number): number => (x * m[j]! * 2 ** fraction + bias[j]!) * 2 ** -(n[j]! + f);
  const first = map(low, (x, j) => at(m[j]! < 0 ? high[j]! : x, j));
  const y = { low: first, high: low === high ? first : map(high, (x, j) => at(m[j]! < 0 ? low[j]! : x, j)) };
  const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -f;
  return arithmetic.limit(arithmetic.round(y, f), -largest, largest);
}

function stepDense(
  { weights, bias, activation, outputFraction: f }: DenseLayer,
  x: LayerInput,
  bits: ActivationBits,
  arithmetic: Arithmetic,
): Values {
  const sums = arithmetic.requantize(product(weights, x, bias), weights, 2 ** -x.fraction, f);
  const y = activation === 'relu' ? mapEnds(sums, (v) => Math.max(v, 0)) : sums;
  const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -f;
  return arithmetic.limit(y, -largest, largest);
}

function stepRnn(
  { activation, bias, hiddenFraction: f }: RnnLayer,
  cell: Cell,
  h: Values,
  bits: ActivationBits,
  arithmetic: Arithmetic,
): Values {
  const p = cell.gate(cell.input(bias), cell.recurrent(h, null), 0);
  if (activation !== 'relu') return arithmetic.round(arithmetic.tanh(p, activation), f);
  const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -f;
  return arithmetic.limit(
    arithmetic.round(
      mapEnds(p, (v) => Math.max(v, 0)),
      f,
    ),
    0,
    largest,
  );
}

function stepGru(
  { units, reset, activation, inputBias, recurrentBias }: GruLayer,
  cell: Cell,
  h: Values,
  bits: ActivationBits,
  arithmetic: Arithmetic,
): Values {
  const { unitFraction } = ACTIVATION_FORMATS[bits];
  const [Z, R, N] = [0, 1, 2];
  const ofGateN = new Int32Array(3 * units);
  if (reset === 'after') ofGateN.set(recurrentBias, N * units);
  const input = cell.input(inputBias);
  const recurrent = cell.recurrent(arithmetic.round(h, unitFraction), ofGateN);
  const r = arithmetic.sigmoid(cell.gate(input, recurrent, R), activation);
  const z = arithmetic.sigmoid(cell.gate(input, recurrent, Z), activation);
  const candidate = (): Values => {
    if (reset === 'before') {
      const resetHidden = arithmetic.round(mul(r, h), unitFraction);
      return cell.gate(input, cell.recurrent(resetHidden, null), N);
    }
    const u = arithmetic.limit(cell.scaled('recurrent', recurrent, N), -RECURRENT_LIMIT, RECURRENT_LIMIT);
    return add(cell.scaled('input', input, N), arithmetic.round(mul(r, u), PREACTIVATION_FRACTION));
  };
  const n = arithmetic.tanh(candidate(), activation);
  return arithmetic.round(interpolate(n, z, h), 15);
}

function stepLstm(
  { activation, bias, cellFraction: f }: LstmLayer,
  cell: Cell,
  before: LayerState,
  bits: ActivationBits,
  arithmetic: Arithmetic,
): LayerState {
  const [input, recurrent] = [cell.input(bias), cell.recurrent(before.h, null)];
  const i = arithmetic.sigmoid(cell.gate(input, recurrent, 0), activation);
  const keep = arithmetic.sigmoid(cell.gate(input, recurrent, 1), activation);
  const g = arithmetic.tanh(cell.gate(input, recurrent, 2), activation);
  const o = arithmetic.sigmoid(cell.gate(input, recurrent, 3), activation);
  const wide = add(mul(keep, before.c), arithmetic.round(mul(i, g), 15 + f));
  const c = arithmetic.limit(arithmetic.round(wide, f), -32767 * 2 ** -f, 32767 * 2 ** -f);
  const h = arithmetic.round(mul(o, arithmetic.tanh(c, activation, f)), ACTIVATION_FORMATS[bits].unitFraction);
  return { h, c };
}

/**
 * Real outputs of one sequence from reset, after every step or after the last one alone: quantized weights in float64, exact
 * nonlinearities, no rounding and no limit of activations.
 */
export function quantizedFloatOutputs(model: Model, codes: Codes, everyStep: boolean): Float64Array[] {
  const { layers, activationBits: bits } = model;
  const states = layers.map(zeroState);
  const width = stepLength(model.input);
  const rows: Float64Array[] = [];
  for (let t = 0; t < codes.length; t += width) {
    let input = inputOf(model, codes.subarray(t, t + width));
    layers.forEach((layer, i) => {
      states[i] = stepLayer(layer, input, states[i]!, bits, i === layers.length - 1, Arithmetic.REAL);
      input = handedOn(layer, states[i]!.h, bits, Arithmetic.REAL);
    });
    if (everyStep || t + width >= codes.length) rows.push(states.at(-1)!.h.low.slice());
  }
  return rows;
}
