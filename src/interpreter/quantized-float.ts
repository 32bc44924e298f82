import { type Codes, type GruLayer, type LstmLayer, type Matrix, type Model, outputFraction } from '../ir/model.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** out += realScale_j * (bias_j * 2^-inputFraction + sum_i codes_ji v_i). */
function addMatvec(
  { codes, rows, cols, realScale }: Matrix,
  v: Float64Array,
  bias: Int32Array | null,
  inputFraction: number,
  out: Float64Array,
): void {
  const unit = 2 ** -inputFraction;
  for (let j = 0; j < rows; j++) {
    let sum = bias === null ? 0 : bias[j]! * unit;
    for (let i = 0, at = j * cols; i < cols; i++, at++) sum += codes[at]! * v[i]!;
    out[j]! += realScale[j]! * sum;
  }
}

/** The network of a model with its quantized weights in float64: exact nonlinearities, no activation rounding. */
class QuantizedFloat {
  readonly #states: { h: Float64Array; c: Float64Array }[];

  constructor(readonly model: Model) {
    this.#states = model.layers.map(({ units }) => ({ h: new Float64Array(units), c: new Float64Array(units) }));
  }

  reset(): void {
    for (const { h, c } of this.#states) {
      h.fill(0);
      c.fill(0);
    }
  }

  /** One time step through all layers; returns the values of the last one. */
  step(x: Float64Array): Float64Array {
    let input = x;
    let fraction = this.model.input.fraction;
    this.model.layers.forEach((layer, i) => {
      const state = this.#states[i]!;
      if (layer.type === 'gru') stepGru(layer, input, fraction, state);
      else if (layer.type === 'lstm') stepLstm(layer, input, fraction, state);
      else {
        state.h.fill(0);
        addMatvec(layer.weights, input, layer.bias, fraction, state.h);
        if (layer.activation === 'relu') state.h.set(state.h.map((v) => Math.max(v, 0)));
      }
      input = state.h;
      fraction = outputFraction(layer);
    });
    return input;
  }
}

function stepGru(layer: GruLayer, x: Float64Array, fraction: number, { h }: { h: Float64Array }): void {
  const { units } = layer;
  const [xPart, hPart] = [new Float64Array(3 * units), new Float64Array(3 * units)];
  const recurrentBias = new Int32Array(3 * units);
  recurrentBias.set(layer.recurrentBias, 2 * units);
  addMatvec(layer.input, x, layer.inputBias, fraction, xPart);
  addMatvec(layer.recurrent, h, recurrentBias, 7, hPart);
  for (let j = 0; j < units; j++) {
    const z = sigmoid(xPart[j]! + hPart[j]!);
    const r = sigmoid(xPart[units + j]! + hPart[units + j]!);
    const n = Math.tanh(xPart[2 * units + j]! + r * hPart[2 * units + j]!);
    h[j] = n + z * (h[j]! - n);
  }
}

function stepLstm(
  layer: LstmLayer,
  x: Float64Array,
  fraction: number,
  { h, c }: { h: Float64Array; c: Float64Array },
): void {
  const { units } = layer;
  const sums = new Float64Array(4 * units);
  addMatvec(layer.input, x, layer.bias, fraction, sums);
  addMatvec(layer.recurrent, h, null, 7, sums);
  for (let j = 0; j < units; j++) {
    const [i, f, o] = [sigmoid(sums[j]!), sigmoid(sums[units + j]!), sigmoid(sums[3 * units + j]!)];
    c[j] = f * c[j]! + i * Math.tanh(sums[2 * units + j]!);
    h[j] = o * Math.tanh(c[j]!);
  }
}

/** Real outputs of one sequence: after every step, or after the last one alone. */
export function quantizedFloatOutputs(model: Model, codes: Codes, everyStep: boolean): Float64Array[] {
  const network = new QuantizedFloat(model);
  const { size, fraction } = model.input;
  const x = new Float64Array(size);
  const rows: Float64Array[] = [];
  for (let t = 0; t < codes.length; t += size) {
    for (let i = 0; i < size; i++) x[i] = Math.max(codes[t + i]!, -127) * 2 ** -fraction;
    const y = network.step(x);
    if (everyStep || t + size >= codes.length) rows.push(y.slice());
  }
  return rows;
}
