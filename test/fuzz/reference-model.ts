import type {
  AnomalyRule,
  Codes,
  DenseLayer,
  GruLayer,
  LstmLayer,
  Matrix,
  Model,
  RnnLayer,
  ScaleShiftLayer,
} from '../../src/ir/model.js';
import { clamp, floorDivide, roundShift } from './reference-arithmetic.js';
import { Reconstruction } from './reference-reconstruction.js';
import { stepWindow, type WindowState, windowValues } from './reference-windows.js';

// docs/numerics.md once more, straight from the Model and in BigInt: no Program, no ops, no code of src/fixed.

function table(f: (x: number) => number, step: number, low: number, high: number) {
  return (p: bigint, shift: bigint): bigint => {
    const index = clamp(roundShift(p, shift), -128n, 127n);
    return BigInt(Math.min(high, Math.max(low, Math.floor(32768 * f(Number(index) / step) + 0.5))));
  };
}
/** The same of a line between two entries (N6). */
function interpolated(f: (x: number) => number, step: number, low: number, high: number) {
  const nearest = table(f, step, low, high);
  return (p: bigint, shift: bigint): bigint => {
    const k = floorDivide(p, 2n ** shift);
    if (k < -128n || k >= 127n) return nearest(k, 0n);
    const [from, to] = [nearest(k, 0n), nearest(k + 1n, 0n)];
    return from + roundShift((to - from) * (p - k * 2n ** shift), shift);
  };
}
const SIGMOID = [(x: number) => 1 / (1 + Math.exp(-x)), 16, 0, 32767] as const;
const TANH = [Math.tanh, 32, -32639, 32639] as const;
/** By how a model reads its tables. */
const READINGS = {
  nearest: { sigmoid: table(...SIGMOID), tanh: table(...TANH) },
  interpolated: { sigmoid: interpolated(...SIGMOID), tanh: interpolated(...TANH) },
} as const;
type Tables = (typeof READINGS)[keyof typeof READINGS];

/** N6, the piecewise-linear forms: of a code with `f` fraction bits, and of one with 12. */
const hardSigmoid = (p: bigint, f: bigint): bigint => {
  const limit = 2n ** (f + 2n);
  return clamp(clamp(p, -limit, limit) * 2n ** (13n - f) + 16384n, 0n, 32767n);
};
const hardTanh = (p: bigint): bigint => clamp(clamp(p, -4096n, 4096n) * 8n, -32639n, 32639n);

/** Fraction bits of pre-activations: 12, of a relu cell whose state has `q` at most q + 6 (N13). */
const fractionOf = (activation: string, q: number): bigint => BigInt(activation === 'relu' ? Math.min(12, q + 6) : 12);

/** Gates and candidate of a layer whose state has `q` fraction bits, on pre-activations. */
function gatesOf(layer: RnnLayer | GruLayer | LstmLayer, q: number, { sigmoid, tanh }: Tables) {
  const { activation } = layer;
  const f = fractionOf(activation, q);
  const form = ('gateActivation' in layer && layer.gateActivation) || (activation === 'hard' ? 'hard' : 'sigmoid');
  const soft = (p: bigint): bigint => (f >= 4n ? sigmoid(p, f - 4n) : sigmoid(p * 2n ** (4n - f), 0n));
  const relu = (p: bigint): bigint => clamp(roundShift(p, f - BigInt(q)), 0n, 32767n);
  return {
    s: form === 'hard' ? (p: bigint) => hardSigmoid(p, f) : soft,
    t: activation === 'relu' ? relu : activation === 'hard' ? hardTanh : (p: bigint) => tanh(p, 7n),
  };
}

/** A layer's input: codes, or one symbol (in `one`: the code of its 1). */
interface Input {
  readonly codes: readonly bigint[];
  readonly one: bigint | null;
}

function inputSum(matrix: Matrix, j: number, { codes, one }: Input): bigint {
  if (one === null) return rowSum(matrix, j, codes);
  const k = Number(codes[0]!);
  return k >= 0 && k < matrix.cols ? BigInt(matrix.codes[j * matrix.cols + k]!) * one : 0n;
}

const rowSum = ({ codes, cols }: Matrix, j: number, v: readonly bigint[]): bigint =>
  v.reduce((sum, x, i) => sum + BigInt(codes[j * cols + i]!) * x, 0n);

function requantize({ scale }: Matrix, j: number, a: bigint): bigint {
  const n = BigInt(scale.n[j]!);
  if (scale.kind === 'shift') return roundShift(a * 2n ** BigInt(scale.left), n);
  return roundShift(roundShift(a, BigInt(scale.pre)) * BigInt(scale.m[j]!), n);
}

/** What a matrix may multiply: the largest code, and how many of the 15 fraction bits of a gate are dropped for it. */
interface Activations {
  readonly largest: bigint;
  readonly dropped: bigint;
  readonly tables: Tables;
}

/** State of one layer: h (Q15 for a GRU, activation bits for others) and c. */
interface State extends WindowState {
  c: bigint[];
}

function preactivation(
  layer: RnnLayer | GruLayer | LstmLayer,
  row: number,
  bias: number,
  x: Input,
  h8: readonly bigint[],
): bigint {
  const ax = inputSum(layer.input, row, x);
  const ah = rowSum(layer.recurrent, row, h8);
  if (layer.scope === 'joint') return requantize(layer.input, row, ax + ah + BigInt(bias));
  return requantize(layer.input, row, ax + BigInt(bias)) + requantize(layer.recurrent, row, ah);
}

function stepRnn(layer: RnnLayer, state: State, x: Input, { largest, dropped, tables }: Activations): bigint[] {
  const h8 = state.h;
  const fraction = BigInt(layer.hiddenFraction);
  state.h = h8.map((_, j) => {
    const p = preactivation(layer, j, layer.bias[j]!, x, h8);
    if (layer.activation === 'relu') return clamp(roundShift(p, 12n - fraction), 0n, largest);
    return roundShift(gatesOf(layer, 0, tables).t(p), dropped);
  });
  return state.h;
}

function stepGru(layer: GruLayer, state: State, x: Input, { dropped, tables }: Activations): bigint[] {
  const { units, reset, activation, hiddenFraction } = layer;
  const { s, t } = gatesOf(layer, hiddenFraction, tables);
  const more = activation === 'relu' ? fractionOf(activation, hiddenFraction) - BigInt(hiddenFraction) : 0n;
  const h8 = state.h.map((h) => roundShift(h, dropped));
  const r = h8.map((_, j) => s(preactivation(layer, units + j, layer.inputBias[units + j]!, x, h8)));
  const rh8 = r.map((gate, j) => roundShift(gate * state.h[j]!, 15n + dropped));
  state.h = state.h.map((h, j) => {
    const z = s(preactivation(layer, j, layer.inputBias[j]!, x, h8));
    const row = 2 * units + j;
    let p: bigint;
    if (reset === 'before') p = preactivation(layer, row, layer.inputBias[row]!, x, rh8);
    else {
      const sum = rowSum(layer.recurrent, row, h8) + BigInt(layer.recurrentBias[j]!);
      const u = clamp(roundShift(requantize(layer.recurrent, row, sum), more), -65535n, 65535n);
      const input = requantize(layer.input, row, inputSum(layer.input, row, x) + BigInt(layer.inputBias[row]!));
      p = input + roundShift(r[j]! * u, 15n - more);
    }
    const n = t(p);
    return n + roundShift(z * (h - n), 15n);
  });
  return state.h.map((h) => roundShift(h, dropped));
}

function stepLstm(layer: LstmLayer, state: State, x: Input, { dropped, tables }: Activations): bigint[] {
  const { units, cellFraction, activation } = layer;
  const { s, t } = gatesOf(layer, cellFraction, tables);
  const isRelu = activation === 'relu';
  const before = state.h;
  const gate = (k: number, j: number) => preactivation(layer, k * units + j, layer.bias[k * units + j]!, x, before);
  const fraction = BigInt(cellFraction);
  state.c = state.c.map((c, j) => {
    const [i, f, g] = [s(gate(0, j)), s(gate(1, j)), t(gate(2, j))];
    if (isRelu) return clamp(roundShift(f * c + i * g, 15n), 0n, 32767n);
    return clamp(roundShift(f * c + roundShift(i * g, 15n - fraction), 15n), -32767n, 32767n);
  });
  const index = (c: bigint): [bigint, bigint] =>
    fraction >= 5n ? [c, fraction - 5n] : [c * 2n ** (5n - fraction), 0n];
  const hardCell = (c: bigint): bigint => clamp(c * 2n ** (15n - fraction), -32639n, 32639n);
  const ofCell = (c: bigint): bigint => (isRelu ? c : activation === 'hard' ? hardCell(c) : tables.tanh(...index(c)));
  state.h = state.c.map((c, j) => roundShift(s(gate(3, j)) * ofCell(c), 15n + dropped));
  return state.h;
}

const stepScaleShift = ({ m, n, bias }: ScaleShiftLayer, x: readonly bigint[], { largest }: Activations): bigint[] =>
  x.map((v, j) => clamp(roundShift(v * BigInt(m[j]!) + BigInt(bias[j]!), BigInt(n[j]!)), -largest, largest));

function stepDense(layer: DenseLayer, x: Input, most: bigint, { dropped, tables }: Activations): bigint[] {
  const { weights, bias, activation } = layer;
  return Array.from(bias, (b, j) => {
    const y = requantize(weights, j, inputSum(weights, j, x) + BigInt(b));
    if (activation === 'tanh') return clamp(roundShift(tables.tanh(y, 7n), dropped), -most, most);
    if (activation === 'sigmoid') return clamp(roundShift(tables.sigmoid(y, 8n), dropped), 0n, most);
    return clamp(y, activation === 'relu' ? 0n : -most, most);
  });
}

/** N14: the score, and predictions of the next inputs, the oldest first. */
class Anomalies {
  score = 0n;
  readonly held: bigint[][];

  constructor(
    readonly rule: AnomalyRule,
    readonly size: number,
    readonly fractions: { readonly x: number; readonly p: number },
    readonly largest: bigint,
  ) {
    this.held = Array.from({ length: rule.ahead }, () => Array(size).fill(0n));
  }

  /** Before the layers: the present input beside the oldest prediction. */
  judge(x: readonly bigint[]): void {
    const [n, ahead, most] = [BigInt(this.size), BigInt(this.rule.ahead), 2n ** 29n];
    const common = Math.max(this.fractions.x, this.fractions.p);
    const [a, b] = [2n ** BigInt(common - this.fractions.x), 2n ** BigInt(common - this.fractions.p)];
    let v = 0n;
    while (n * roundShift(this.largest * a + 32768n * b, v) ** 2n > most) v++;
    const q = x.reduce((sum, code, j) => sum + roundShift(code * a - this.held[0]![j]! * b, v) ** 2n, 0n);
    if (this.score > -ahead && this.score <= 0n) this.score -= 1n;
    else {
      const mean = this.score < 0n ? 0n : this.score;
      this.score = clamp(mean + roundShift(q - mean, BigInt(this.rule.smoothing)), 1n, most);
    }
  }

  hold(outputs: readonly bigint[]): void {
    this.held.shift();
    this.held.push([...outputs]);
  }

  /** As the state has them: score, newest, the others. */
  get state(): bigint[] {
    return [this.score, ...this.held.at(-1)!, ...this.held.slice(0, -1).flat()];
  }
}

/** Every state in declaration order, then the output, of every step of a sequence. */
export function referenceRun(model: Model, sequence: Codes): number[] {
  const { layers, input, activationBits, tables: reading = 'nearest', anomaly } = model;
  const states: State[] = layers.map(({ units }) => ({ h: Array(units).fill(0n), c: Array(units).fill(0n) }));
  const recorded: number[] = [];
  const tables = READINGS[reading];
  const bits =
    activationBits === 16 ? { largest: 32767n, dropped: 0n, tables } : { largest: 127n, dropped: 8n, tables };
  const oneHot = input.encoding === 'one-hot';
  const width = oneHot ? 1 : input.size;
  const p = (layers.at(-1) as { readonly outputFraction?: number }).outputFraction ?? 0;
  const windows = Reconstruction.of(model, bits.largest);
  const anomalies =
    anomaly === undefined || windows !== null
      ? null
      : new Anomalies(anomaly, input.size, { x: input.fraction, p }, bits.largest);
  const repeat = layers.findIndex(({ type }) => type === 'repeat');
  for (let t = 0; t < sequence.length; t += width) {
    const codes = Array.from(sequence.subarray(t, t + width), BigInt);
    let x: Input = oneHot
      ? { codes, one: 2n ** BigInt(input.fraction) }
      : { codes: codes.map((c) => clamp(c, -bits.largest, bits.largest)), one: null };
    anomalies?.judge(x.codes);
    windows?.begin();
    const read = x.codes;
    let output: bigint[] = [];
    const stateValues: bigint[] = [];
    let waits = false;
    layers.forEach((layer, i) => {
      const state = states[i]!;
      if ('recurrent' in layer && windows?.begins(i > repeat))
        [state.h, state.c] = [state.h.map(() => 0n), state.c.map(() => 0n)];
      let v: bigint[];
      const most = i === layers.length - 1 ? 32767n : bits.largest;
      if (layer.type === 'dense') output = v = stepDense(layer, x, most, bits);
      else if (layer.type === 'scaleShift') output = v = stepScaleShift(layer, x.codes, bits);
      else if (layer.type === 'repeat') {
        if (windows?.begins(true)) state.h = [...x.codes];
        v = state.h;
        stateValues.push(...v);
      } else if (layer.type === 'conv1d' || layer.type === 'pool') {
        const widest = layer.keeps === 'partial' ? most : bits.largest;
        const dense = (own: DenseLayer, window: readonly bigint[]) =>
          stepDense(own, { codes: window, one: null }, widest, bits);
        if (!waits) waits = stepWindow(layer, state, x.codes, bits.largest, dense);
        output = v = state.h;
        stateValues.push(...windowValues(layer, state));
      } else {
        if (waits) v = layer.type === 'gru' ? state.h.map((h) => roundShift(h, bits.dropped)) : state.h;
        else if (layer.type === 'gru') v = stepGru(layer, state, x, bits);
        else v = layer.type === 'lstm' ? stepLstm(layer, state, x, bits) : stepRnn(layer, state, x, bits);
        output = state.h;
        stateValues.push(...(layer.type === 'lstm' ? [...state.c, ...state.h] : state.h));
      }
      x = { codes: v, one: null };
    });
    anomalies?.hold(output);
    windows?.end(read, output);
    recorded.push(...[...((windows ?? anomalies)?.state ?? []), ...stateValues, ...output].map(Number));
  }
  return recorded;
}
