import { GATES, type NetworkParameters, type NetworkShape } from './engine/layout.js';

/** Parameters or gradients in float64, of the same shape as NetworkParameters. */
export interface ReferenceParameters {
  readonly layers: readonly {
    readonly input: Float64Array;
    readonly recurrent: Float64Array;
    readonly inputBias: Float64Array;
    readonly recurrentBias: Float64Array;
  }[];
  readonly head: { readonly weights: Float64Array; readonly bias: Float64Array };
}

export const toReference = ({ layers, head }: NetworkParameters): ReferenceParameters => ({
  layers: layers.map((l) => ({
    input: Float64Array.from(l.input),
    recurrent: Float64Array.from(l.recurrent),
    inputBias: Float64Array.from(l.inputBias),
    recurrentBias: Float64Array.from(l.recurrentBias),
  })),
  head: { weights: Float64Array.from(head.weights), bias: Float64Array.from(head.bias) },
});

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** What one layer's forward pass leaves for the backward pass, for one sequence. */
interface Trace {
  readonly x: readonly Float64Array[];
  readonly gates: Float64Array[];
  readonly hPart: Float64Array[];
  readonly h: Float64Array[];
  readonly c: Float64Array[];
}

/** out = W v + b for row-major W. */
function affine(weights: Float64Array, v: Float64Array, bias: Float64Array): Float64Array {
  return bias.map((b, j) => v.reduce((sum, value, i) => sum + weights[j * v.length + i]! * value, b));
}

/**
 * Mean cross-entropy and its gradient by plain back-propagation through time in float64: slow, simple, the reference
 * of the gradient tests. x: one array of steps x inputs for each sequence.
 */
export function referenceStep(
  shape: NetworkShape,
  parameters: ReferenceParameters,
  sequences: readonly (readonly Float64Array[])[],
  labels: readonly (readonly number[])[],
): { loss: number; gradient: ReferenceParameters } {
  const zeros = (a: Float64Array) => new Float64Array(a.length);
  const gradient: ReferenceParameters = {
    layers: parameters.layers.map((l) => ({
      input: zeros(l.input),
      recurrent: zeros(l.recurrent),
      inputBias: zeros(l.inputBias),
      recurrentBias: zeros(l.recurrentBias),
    })),
    head: { weights: zeros(parameters.head.weights), bias: zeros(parameters.head.bias) },
  };
  const count = labels.reduce((sum, l) => sum + l.length, 0);
  let loss = 0;
  sequences.forEach((sequence, s) => {
    const traces: Trace[] = [];
    let x: readonly Float64Array[] = sequence;
    shape.layers.forEach((layer, i) => {
      const trace = forwardLayer(layer.cell, layer.units, parameters.layers[i]!, x);
      traces.push(trace);
      x = trace.h.slice(1);
    });
    const own = labels[s]!;
    let dh: Float64Array[] = x.map((h) => new Float64Array(h.length));
    own.forEach((label, k) => {
      const t = x.length - own.length + k;
      loss += headStep(parameters, gradient, x[t]!, label, 1 / count, dh[t]!);
    });
    for (let i = traces.length - 1; i >= 0; i--)
      dh = backwardLayer(shape.layers[i]!.cell, parameters.layers[i]!, gradient.layers[i]!, traces[i]!, dh);
  });
  return { loss: loss / count, gradient };
}

function headStep(
  p: ReferenceParameters,
  g: ReferenceParameters,
  h: Float64Array,
  label: number,
  scale: number,
  dh: Float64Array,
): number {
  const logits = affine(p.head.weights, h, p.head.bias);
  const most = Math.max(...logits);
  const powers = logits.map((y) => Math.exp(y - most));
  const total = powers.reduce((a, b) => a + b, 0);
  powers.forEach((power, j) => {
    const d = scale * (power / total - (j === label ? 1 : 0));
    g.head.bias[j]! += d;
    for (let i = 0; i < h.length; i++) {
      g.head.weights[j * h.length + i]! += d * h[i]!;
      dh[i]! += d * p.head.weights[j * h.length + i]!;
    }
  });
  return Math.log(total) - (logits[label]! - most);
}

type Layer = ReferenceParameters['layers'][number];

/** Value of each gate of unit j. */
function store(gates: Float64Array, values: readonly number[], units: number, j: number): void {
  values.forEach((value, gate) => {
    gates[gate * units + j] = value;
  });
}

function forwardLayer(cell: 'gru' | 'lstm', units: number, p: Layer, x: readonly Float64Array[]): Trace {
  const trace: Trace = { x, gates: [], hPart: [], h: [new Float64Array(units)], c: [new Float64Array(units)] };
  for (const input of x) {
    const h = trace.h.at(-1)!;
    const xPart = affine(p.input, input, p.inputBias);
    const hPart = affine(p.recurrent, h, p.recurrentBias);
    const gates = new Float64Array(GATES[cell] * units);
    const next = new Float64Array(units);
    const c = new Float64Array(units);
    for (let j = 0; j < units; j++) {
      const sum = (gate: number) => xPart[gate * units + j]! + hPart[gate * units + j]!;
      if (cell === 'gru') {
        const [z, r] = [sigmoid(sum(0)), sigmoid(sum(1))];
        const n = Math.tanh(xPart[2 * units + j]! + r * hPart[2 * units + j]!);
        store(gates, [z, r, n], units, j);
        next[j] = n + z * (h[j]! - n);
      } else {
        const [i, f, g, o] = [sigmoid(sum(0)), sigmoid(sum(1)), Math.tanh(sum(2)), sigmoid(sum(3))];
        store(gates, [i, f, g, o], units, j);
        c[j] = f * trace.c.at(-1)![j]! + i * g;
        next[j] = o * Math.tanh(c[j]!);
      }
    }
    trace.gates.push(gates);
    trace.hPart.push(hPart);
    trace.h.push(next);
    trace.c.push(c);
  }
  return trace;
}

/** Adds the layer's gradients, returns those of its inputs. */
function backwardLayer(
  cell: 'gru' | 'lstm',
  p: Layer,
  g: Layer,
  trace: Trace,
  dOut: readonly Float64Array[],
): Float64Array[] {
  const units = trace.h[0]!.length;
  const rows = GATES[cell] * units;
  let dh = new Float64Array(units);
  const dc = new Float64Array(units);
  const dx = trace.x.map((x) => new Float64Array(x.length));
  for (let t = trace.x.length - 1; t >= 0; t--) {
    const [gates, h, hPart, c, cNext] = [trace.gates[t]!, trace.h[t]!, trace.hPart[t]!, trace.c[t]!, trace.c[t + 1]!];
    const dxPart = new Float64Array(rows);
    const dhPart = new Float64Array(rows);
    const dPrevious = new Float64Array(units);
    for (let j = 0; j < units; j++) {
      const d = dh[j]! + dOut[t]![j]!;
      const gate = (index: number) => gates[index * units + j]!;
      const slope = (index: number) => gate(index) * (1 - gate(index));
      if (cell === 'gru') {
        const [z, r, n] = [gate(0), gate(1), gate(2)];
        const dn = d * (1 - z) * (1 - n * n);
        dxPart[j] = dhPart[j] = d * (h[j]! - n) * slope(0);
        dxPart[units + j] = dhPart[units + j] = dn * hPart[2 * units + j]! * slope(1);
        dxPart[2 * units + j] = dn;
        dhPart[2 * units + j] = dn * r;
        dPrevious[j] = d * z;
      } else {
        const t1 = Math.tanh(cNext[j]!);
        const through = dc[j]! + d * gate(3) * (1 - t1 * t1);
        dxPart[j] = through * gate(2) * slope(0);
        dxPart[units + j] = through * c[j]! * slope(1);
        dxPart[2 * units + j] = through * gate(0) * (1 - gate(2) ** 2);
        dxPart[3 * units + j] = d * t1 * slope(3);
        dc[j] = through * gate(1);
        for (let k = 0; k < 4; k++) dhPart[k * units + j] = dxPart[k * units + j]!;
      }
    }
    accumulate(p.input, g.input, g.inputBias, dxPart, trace.x[t]!, dx[t]!);
    accumulate(p.recurrent, g.recurrent, cell === 'gru' ? g.recurrentBias : null, dhPart, h, dPrevious);
    dh = dPrevious;
  }
  return dx;
}

/** dW += d v^T, db += d, dv += W^T d. */
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
