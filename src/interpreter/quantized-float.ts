import {
  ACTIVATION_FORMATS,
  type ActivationBits,
  type AffineLayer,
  type Codes,
  type GateActivation,
  type GruLayer,
  hiddenFraction,
  type Layer,
  type LstmLayer,
  type Matrix,
  type Model,
  outputFraction,
  type RnnLayer,
  stepLength,
} from '../ir/model.js';

const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));
/** Exact nonlinearities of N6. */
const GATES: { readonly [K in GateActivation]: { sigmoid(x: number): number; tanh(x: number): number } } = {
  tanh: { sigmoid: (x) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh },
  hard: { sigmoid: (x) => clamp(x / 4 + 0.5, 0, 1), tanh: (x) => clamp(x, -1, 1) },
};

/** Values of a layer's input, or the symbol of a one-hot one. */
type Input = Float64Array | number;

/** out += realScale_j * (bias_j * 2^-inputFraction + sum_i codes_ji v_i). */
function addMatvec(
  { codes, rows, cols, realScale }: Matrix,
  v: Input,
  bias: Int32Array | null,
  inputFraction: number,
  out: Float64Array,
): void {
  const unit = 2 ** -inputFraction;
  for (let j = 0; j < rows; j++) {
    let sum = bias === null ? 0 : bias[j]! * unit;
    if (typeof v === 'number') sum += v >= 0 && v < cols ? codes[j * cols + v]! : 0;
    else for (let i = 0, at = j * cols; i < cols; i++, at++) sum += codes[at]! * v[i]!;
    out[j]! += realScale[j]! * sum;
  }
}

interface State {
  readonly h: Float64Array;
  readonly c: Float64Array;
}

/** The network of a model with its quantized weights in float64: exact nonlinearities, no activation rounding. */
class QuantizedFloat {
  readonly #states: State[];

  constructor(readonly model: Model) {
    this.#states = model.layers.map(({ units }) => ({ h: new Float64Array(units), c: new Float64Array(units) }));
  }

  /** One time step through all layers; returns the values of the last one. */
  step(x: Input): Float64Array {
    let input = x;
    const { activationBits: bits } = this.model;
    let fraction = this.model.input.fraction;
    this.model.layers.forEach((layer, i) => {
      const state = this.#states[i]!;
      stepLayer(layer, input, fraction, state, bits);
      input = state.h;
      fraction = outputFraction(layer, bits);
    });
    return input as Float64Array;
  }
}

function stepLayer(layer: Layer, x: Input, fraction: number, state: State, bits: ActivationBits): void {
  if (layer.type === 'gru') stepGru(layer, x, fraction, state, bits);
  else if (layer.type === 'lstm') stepLstm(layer, x, fraction, state);
  else if (layer.type === 'rnn') stepRnn(layer, x, fraction, state);
  else if (layer.type === 'affine') stepAffine(layer, x as Float64Array, fraction, state.h);
  else {
    state.h.fill(0);
    addMatvec(layer.weights, x, layer.bias, fraction, state.h);
    if (layer.activation === 'relu') state.h.set(state.h.map((v) => Math.max(v, 0)));
  }
}

function stepAffine(
  { m, n, bias, outputFraction: f }: AffineLayer,
  x: Float64Array,
  fraction: number,
  y: Float64Array,
) {
  for (let j = 0; j < y.length; j++) y[j] = (x[j]! * m[j]! * 2 ** fraction + bias[j]!) * 2 ** -(n[j]! + f);
}

function stepRnn(layer: RnnLayer, x: Input, fraction: number, { h }: State): void {
  const sums = new Float64Array(layer.units);
  addMatvec(layer.input, x, layer.bias, fraction, sums);
  addMatvec(layer.recurrent, h, null, 0, sums);
  const { activation } = layer;
  h.set(activation === 'relu' ? sums.map((p) => Math.max(p, 0)) : sums.map((p) => GATES[activation].tanh(p)));
}

function stepGru(layer: GruLayer, x: Input, fraction: number, { h }: State, bits: ActivationBits): void {
  const { units, reset, activation } = layer;
  const { sigmoid, tanh } = GATES[activation];
  const [xPart, hPart] = [new Float64Array(3 * units), new Float64Array(3 * units)];
  const recurrentBias = new Int32Array(3 * units);
  if (reset === 'after') recurrentBias.set(layer.recurrentBias, 2 * units);
  addMatvec(layer.input, x, layer.inputBias, fraction, xPart);
  addMatvec(layer.recurrent, h, recurrentBias, hiddenFraction(layer, bits), hPart);
  const r = Float64Array.from({ length: units }, (_, j) => sigmoid(xPart[units + j]! + hPart[units + j]!));
  const candidate = new Float64Array(3 * units);
  if (reset === 'before')
    addMatvec(
      layer.recurrent,
      h.map((v, j) => r[j]! * v),
      null,
      0,
      candidate,
    );
  else candidate.set(hPart.map((v, row) => r[row % units]! * v));
  for (let j = 0; j < units; j++) {
    const z = sigmoid(xPart[j]! + hPart[j]!);
    const n = tanh(xPart[2 * units + j]! + candidate[2 * units + j]!);
    h[j] = n + z * (h[j]! - n);
  }
}

function stepLstm(layer: LstmLayer, x: Input, fraction: number, { h, c }: State): void {
  const { units } = layer;
  const { sigmoid, tanh } = GATES[layer.activation];
  const sums = new Float64Array(4 * units);
  addMatvec(layer.input, x, layer.bias, fraction, sums);
  addMatvec(layer.recurrent, h, null, 0, sums);
  for (let j = 0; j < units; j++) {
    const [i, f, o] = [sigmoid(sums[j]!), sigmoid(sums[units + j]!), sigmoid(sums[3 * units + j]!)];
    c[j] = f * c[j]! + i * tanh(sums[2 * units + j]!);
    h[j] = o * tanh(c[j]!);
  }
}

/** Real outputs of one sequence from reset: after every step, or after the last one alone. */
export function quantizedFloatOutputs(model: Model, codes: Codes, everyStep: boolean): Float64Array[] {
  const network = new QuantizedFloat(model);
  const { size, fraction, encoding } = model.input;
  const { largest } = ACTIVATION_FORMATS[model.activationBits];
  const width = stepLength(model.input);
  const x = new Float64Array(size);
  const rows: Float64Array[] = [];
  for (let t = 0; t < codes.length; t += width) {
    for (let i = 0; i < width; i++) x[i] = Math.max(codes[t + i]!, -largest) * 2 ** -fraction;
    const y = network.step(encoding === 'one-hot' ? codes[t]! : x);
    if (everyStep || t + width >= codes.length) rows.push(y.slice());
  }
  return rows;
}
