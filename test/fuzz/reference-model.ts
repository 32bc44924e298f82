import type { DenseLayer, GruLayer, LstmLayer, Matrix, Model } from '../../src/ir/model.js';

// docs/numerics.md once more, straight from the Model and in BigInt: no Program, no ops, no code of src/fixed.

const floorDivide = (a: bigint, n: bigint): bigint => (a >= 0n ? a / n : -((-a + n - 1n) / n));
const roundShift = (a: bigint, n: bigint): bigint => (n === 0n ? a : floorDivide(a + 2n ** (n - 1n), 2n ** n));
const clamp = (a: bigint, low: bigint, high: bigint): bigint => (a < low ? low : a > high ? high : a);

function table(f: (x: number) => number, step: number, low: number, high: number) {
  return (p: bigint, shift: bigint): bigint => {
    const index = clamp(roundShift(p, shift), -128n, 127n);
    return BigInt(Math.min(high, Math.max(low, Math.floor(32768 * f(Number(index) / step) + 0.5))));
  };
}
const sigmoid = table((x) => 1 / (1 + Math.exp(-x)), 16, 0, 32767);
const tanh = table(Math.tanh, 32, -32639, 32639);

const rowSum = ({ codes, cols }: Matrix, j: number, v: readonly bigint[]): bigint =>
  v.reduce((sum, x, i) => sum + BigInt(codes[j * cols + i]!) * x, 0n);

function requantize({ scale }: Matrix, j: number, a: bigint): bigint {
  const n = BigInt(scale.n[j]!);
  if (scale.kind === 'shift') return roundShift(a * 2n ** BigInt(scale.left), n);
  return roundShift(roundShift(a, BigInt(scale.pre)) * BigInt(scale.m[j]!), n);
}

/** State of one layer: h (Q15 for a GRU, 8 bits for an LSTM) and c. */
interface State {
  h: bigint[];
  c: bigint[];
}

function preactivation(
  layer: GruLayer | LstmLayer,
  row: number,
  bias: number,
  x: readonly bigint[],
  h8: readonly bigint[],
): bigint {
  const ax = rowSum(layer.input, row, x);
  const ah = rowSum(layer.recurrent, row, h8);
  if (layer.scope === 'joint') return requantize(layer.input, row, ax + ah + BigInt(bias));
  return requantize(layer.input, row, ax + BigInt(bias)) + requantize(layer.recurrent, row, ah);
}

function stepGru(layer: GruLayer, state: State, x: readonly bigint[]): bigint[] {
  const { units } = layer;
  const h8 = state.h.map((h) => roundShift(h, 8n));
  state.h = state.h.map((h, j) => {
    const z = sigmoid(preactivation(layer, j, layer.inputBias[j]!, x, h8), 8n);
    const r = sigmoid(preactivation(layer, units + j, layer.inputBias[units + j]!, x, h8), 8n);
    const row = 2 * units + j;
    const recurrent = requantize(
      layer.recurrent,
      row,
      rowSum(layer.recurrent, row, h8) + BigInt(layer.recurrentBias[j]!),
    );
    const u = clamp(recurrent, -65535n, 65535n);
    const input = requantize(layer.input, row, rowSum(layer.input, row, x) + BigInt(layer.inputBias[row]!));
    const n = tanh(input + roundShift(r * u, 15n), 7n);
    return n + roundShift(z * (h - n), 15n);
  });
  return state.h.map((h) => roundShift(h, 8n));
}

function stepLstm(layer: LstmLayer, state: State, x: readonly bigint[]): bigint[] {
  const { units, cellFraction } = layer;
  const before = state.h;
  const gate = (k: number, j: number) => preactivation(layer, k * units + j, layer.bias[k * units + j]!, x, before);
  const fraction = BigInt(cellFraction);
  state.c = state.c.map((c, j) => {
    const [i, f, g] = [sigmoid(gate(0, j), 8n), sigmoid(gate(1, j), 8n), tanh(gate(2, j), 7n)];
    return clamp(roundShift(f * c + roundShift(i * g, 15n - fraction), 15n), -32767n, 32767n);
  });
  const index = (c: bigint): [bigint, bigint] =>
    fraction >= 5n ? [c, fraction - 5n] : [c * 2n ** (5n - fraction), 0n];
  state.h = state.c.map((c, j) => roundShift(sigmoid(gate(3, j), 8n) * tanh(...index(c)), 23n));
  return state.h;
}

function stepDense({ weights, bias, activation }: DenseLayer, x: readonly bigint[], last: boolean): bigint[] {
  const most = last ? 32767n : 127n;
  return Array.from(bias, (b, j) => {
    const y = requantize(weights, j, rowSum(weights, j, x) + BigInt(b));
    return clamp(y, activation === 'relu' ? 0n : -most, most);
  });
}

/** Every state in declaration order, then the output, of every step of a sequence. */
export function referenceRun(model: Model, sequence: Int8Array): number[] {
  const states: State[] = model.layers.map(({ units }) => ({ h: Array(units).fill(0n), c: Array(units).fill(0n) }));
  const recorded: number[] = [];
  for (let t = 0; t < sequence.length; t += model.input.size) {
    let v = Array.from(sequence.subarray(t, t + model.input.size), (x) => clamp(BigInt(x), -127n, 127n));
    let output: bigint[] = [];
    const stateValues: bigint[] = [];
    model.layers.forEach((layer, i) => {
      const state = states[i]!;
      if (layer.type === 'dense') output = v = stepDense(layer, v, i === model.layers.length - 1);
      else {
        v = layer.type === 'gru' ? stepGru(layer, state, v) : stepLstm(layer, state, v);
        output = state.h;
        stateValues.push(...(layer.type === 'lstm' ? [...state.c, ...state.h] : state.h));
      }
    });
    recorded.push(...[...stateValues, ...output].map(Number));
  }
  return recorded;
}
