import { GATES, type LayerShape } from './engine/layout.js';

/** Parameters of one layer, or their gradients, in float64. */
export interface ReferenceLayer {
  readonly input: Float64Array;
  readonly recurrent: Float64Array;
  readonly inputBias: Float64Array;
  readonly recurrentBias: Float64Array;
  readonly inputScale: Float64Array;
  readonly inputShift: Float64Array;
}
export interface State {
  readonly h: Float64Array;
  readonly c: Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));
/** Nonlinearities and their slopes at the output y. */
const GATE = {
  tanh: { sigmoid, tanh: Math.tanh, dSigmoid: (y: number) => y * (1 - y), dTanh: (y: number) => 1 - y * y },
  hard: {
    sigmoid: (x: number) => clamp(x / 4 + 0.5, 0, 1),
    tanh: (x: number) => clamp(x, -1, 1),
    dSigmoid: (y: number) => (y > 0 && y < 1 ? 0.25 : 0),
    dTanh: (y: number) => (Math.abs(y) < 1 ? 1 : 0),
  },
  relu: {
    sigmoid,
    tanh: (x: number) => Math.max(x, 0),
    dSigmoid: (y: number) => y * (1 - y),
    dTanh: (y: number) => (y > 0 ? 1 : 0),
  },
} as const;

/** out = W v + b for row-major W. */
export function affine(weights: Float64Array, v: Float64Array, bias: Float64Array): Float64Array {
  return bias.map((b, j) => v.reduce((sum, value, i) => sum + weights[j * v.length + i]! * value, b));
}

/** dW += d v^T, db += d, dv += W^T d; d = 0 rows are skipped. */
function accumulate(
  w: Float64Array,
  dw: Float64Array,
  db: Float64Array | null,
  d: Float64Array,
  v: Float64Array,
  dv: Float64Array,
): void {
  d.forEach((value, j) => {
    if (db !== null) db[j]! += value;
    for (let i = 0; i < v.length; i++) {
      dw[j * v.length + i]! += value * v[i]!;
      dv[i]! += value * w[j * v.length + i]!;
    }
  });
}

/** What one layer's forward pass leaves for the backward pass, for one sequence. */
export interface Trace {
  /** Input, and input after the affine. */
  readonly x: readonly Float64Array[];
  readonly u: readonly Float64Array[];
  readonly gates: Float64Array[];
  readonly hPart: Float64Array[];
  readonly rh: Float64Array[];
  readonly h: Float64Array[];
  readonly c: Float64Array[];
}

/** Value of each gate of unit j. */
function store(gates: Float64Array, values: readonly number[], units: number, j: number): void {
  values.forEach((value, gate) => {
    gates[gate * units + j] = value;
  });
}

export function forwardLayer(
  { cell, units, activation, reset, affineInput }: LayerShape,
  p: ReferenceLayer,
  x: readonly Float64Array[],
  first: State | undefined,
): Trace {
  const u = affineInput ? x.map((v) => v.map((value, i) => value * p.inputScale[i]! + p.inputShift[i]!)) : x;
  const zero = new Float64Array(units);
  const trace: Trace = { x, u, gates: [], hPart: [], rh: [], h: [first?.h ?? zero], c: [first?.c ?? zero] };
  const f = GATE[activation];
  for (const input of u) {
    const h = trace.h.at(-1)!;
    const xPart = affine(p.input, input, p.inputBias);
    const hPart = affine(p.recurrent, h, p.recurrentBias);
    const gates = new Float64Array(GATES[cell] * units);
    const [next, c, rh] = [new Float64Array(units), new Float64Array(units), new Float64Array(units)];
    const sum = (gate: number, j: number) => xPart[gate * units + j]! + hPart[gate * units + j]!;
    if (cell === 'gru' && reset === 'before') {
      for (let j = 0; j < units; j++) rh[j] = f.sigmoid(sum(1, j)) * h[j]!;
      hPart.set(affine(p.recurrent.subarray(2 * units * units), rh, p.recurrentBias.subarray(2 * units)), 2 * units);
    }
    for (let j = 0; j < units; j++) {
      if (cell === 'rnn') {
        next[j] = f.tanh(sum(0, j));
        gates[j] = next[j]!;
      } else if (cell === 'gru') {
        const [z, r] = [f.sigmoid(sum(0, j)), f.sigmoid(sum(1, j))];
        const n = f.tanh(xPart[2 * units + j]! + (reset === 'before' ? 1 : r) * hPart[2 * units + j]!);
        store(gates, [z, r, n], units, j);
        next[j] = n + z * (h[j]! - n);
      } else {
        const [i, forget, g, o] = [f.sigmoid(sum(0, j)), f.sigmoid(sum(1, j)), f.tanh(sum(2, j)), f.sigmoid(sum(3, j))];
        store(gates, [i, forget, g, o], units, j);
        c[j] = forget * trace.c.at(-1)![j]! + i * g;
        next[j] = o * f.tanh(c[j]!);
      }
    }
    trace.gates.push(gates);
    trace.hPart.push(hPart);
    trace.rh.push(rh);
    trace.h.push(next);
    trace.c.push(c);
  }
  return trace;
}

/** Adds the layer's gradients, returns those of its inputs. */
export function backwardLayer(
  shape: LayerShape,
  p: ReferenceLayer,
  g: ReferenceLayer,
  trace: Trace,
  dOut: readonly Float64Array[],
): Float64Array[] {
  const { cell, units, affineInput } = shape;
  const before = cell === 'gru' && shape.reset === 'before';
  const separate = cell === 'gru' && !before;
  const rows = GATES[cell] * units;
  let dh = new Float64Array(units);
  const dc = new Float64Array(units);
  const dx = trace.x.map((x) => new Float64Array(x.length));
  for (let t = trace.x.length - 1; t >= 0; t--) {
    const h = trace.h[t]!;
    const d = dh.map((v, j) => v + dOut[t]![j]!);
    const [dxPart, dhPart, dPrevious] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(units)];
    for (let j = 0; j < units; j++) stepBackward(shape, trace, t, j, d[j]!, dc, dxPart, dhPart, dPrevious);
    if (before) resetBackward(shape, p, g, trace, t, dxPart, dPrevious);
    accumulate(p.input, g.input, g.inputBias, dxPart, trace.u[t]!, dx[t]!);
    const toState = separate ? dhPart : before ? dxPart.subarray(0, 2 * units) : dxPart;
    accumulate(p.recurrent, g.recurrent, separate ? g.recurrentBias : null, toState, h, dPrevious);
    dh = dPrevious;
    if (!affineInput) continue;
    dx[t]!.forEach((du, i) => {
      g.inputScale[i]! += du * trace.x[t]![i]!;
      g.inputShift[i]! += du;
      dx[t]![i] = du * p.inputScale[i]!;
    });
  }
  return dx;
}

/** Unit j of one time step; of a reset-before GRU gate r is left to resetBackward. */
function stepBackward(
  { cell, units, activation, reset }: LayerShape,
  { gates: allGates, hPart: allHParts, h: states, c: cells }: Trace,
  t: number,
  j: number,
  d: number,
  dc: Float64Array,
  dxPart: Float64Array,
  dhPart: Float64Array,
  dPrevious: Float64Array,
): void {
  const [gates, hPart, h] = [allGates[t]!, allHParts[t]!, states[t]!];
  const f = GATE[activation];
  const gate = (index: number) => gates[index * units + j]!;
  if (cell === 'rnn') {
    dxPart[j] = d * f.dTanh(gate(0));
  } else if (cell === 'gru') {
    const [z, r, n] = [gate(0), gate(1), gate(2)];
    const dn = d * (1 - z) * f.dTanh(n);
    dxPart[j] = dhPart[j] = d * (h[j]! - n) * f.dSigmoid(z);
    dxPart[2 * units + j] = dn;
    dPrevious[j] = d * z;
    if (reset === 'before') return;
    dxPart[units + j] = dhPart[units + j] = dn * hPart[2 * units + j]! * f.dSigmoid(r);
    dhPart[2 * units + j] = dn * r;
  } else {
    const tanhC = f.tanh(cells[t + 1]![j]!);
    const through = dc[j]! + d * gate(3) * f.dTanh(tanhC);
    dxPart[j] = through * gate(2) * f.dSigmoid(gate(0));
    dxPart[units + j] = through * cells[t]![j]! * f.dSigmoid(gate(1));
    dxPart[2 * units + j] = through * gate(0) * f.dTanh(gate(2));
    dxPart[3 * units + j] = d * tanhC * f.dSigmoid(gate(3));
    dc[j] = through * gate(1);
  }
}

/** Gate n of a reset-before GRU sees U (r h): the gradients of its matrix, of r and of h. */
function resetBackward(
  { units, activation }: LayerShape,
  p: ReferenceLayer,
  g: ReferenceLayer,
  trace: Trace,
  t: number,
  dxPart: Float64Array,
  dPrevious: Float64Array,
): void {
  const from = 2 * units * units;
  const drh = new Float64Array(units);
  const dn = dxPart.subarray(2 * units);
  accumulate(p.recurrent.subarray(from), g.recurrent.subarray(from), null, dn, trace.rh[t]!, drh);
  drh.forEach((d, j) => {
    const r = trace.gates[t]![units + j]!;
    dxPart[units + j] = d * trace.h[t]![j]! * GATE[activation].dSigmoid(r);
    dPrevious[j]! += d * r;
  });
}
