import type { LayerShape } from '../engine/layout.js';

// Cells in float64, without the engine: what the gradient tests compare it with.

/** Parameters of one layer, or their gradients. */
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

/** A step's new state, and what its backward pass reads. */
export interface StepTrace extends State {
  /** Outputs of the gates. */
  readonly gates: Float64Array;
  /** U h + b of all gates. */
  readonly hPart: Float64Array;
  /** What a block of the recurrent matrix multiplies instead of h. */
  readonly rh?: Float64Array;
}

/** Gradients of one step. */
export interface StepGradients {
  /** Of W x + b, all gates. */
  readonly dxPart: Float64Array;
  /** Of those rows of U h + b that h itself reaches: the first ones. */
  readonly dhPart: Float64Array;
  /** Of the state before, but for what comes through dhPart. */
  readonly dh: Float64Array;
  readonly dc: Float64Array;
}

export interface CellReference {
  forward(shape: LayerShape, p: ReferenceLayer, xPart: Float64Array, hPart: Float64Array, before: State): StepTrace;
  /** `d`: gradients of the new state. Adds to `g` what does not follow from dxPart and dhPart. */
  backward(
    shape: LayerShape,
    p: ReferenceLayer,
    g: ReferenceLayer,
    trace: StepTrace,
    before: State,
    d: State,
  ): StepGradients;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));

interface Nonlinearities {
  sigmoid(x: number): number;
  tanh(x: number): number;
  /** Slopes at the output y. */
  dSigmoid(y: number): number;
  dTanh(y: number): number;
}

const smooth: Nonlinearities = { sigmoid, tanh: Math.tanh, dSigmoid: (y) => y * (1 - y), dTanh: (y) => 1 - y * y };
export const NONLINEARITIES: { readonly [A in LayerShape['activation']]: Nonlinearities } = {
  tanh: smooth,
  hard: {
    sigmoid: (x) => clamp(x / 4 + 0.5, 0, 1),
    tanh: (x) => clamp(x, -1, 1),
    dSigmoid: (y) => (y > 0 && y < 1 ? 0.25 : 0),
    dTanh: (y) => (Math.abs(y) < 1 ? 1 : 0),
  },
  relu: { ...smooth, tanh: (x) => Math.max(x, 0), dTanh: (y) => (y > 0 ? 1 : 0) },
};

/** out = W v + b for row-major W. */
export function affine(weights: Float64Array, v: Float64Array, bias: Float64Array): Float64Array {
  return bias.map((b, j) => v.reduce((sum, value, i) => sum + weights[j * v.length + i]! * value, b));
}

/** dW += d v^T, db += d, dv += W^T d, of the first d.length rows. */
export function accumulate(
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

/** The values of one gate. */
export const gateOf = (values: Float64Array, gate: number, units: number): Float64Array =>
  values.subarray(gate * units, (gate + 1) * units);

/** Gate after gate. */
export function stack(gates: readonly Float64Array[]): Float64Array {
  return Float64Array.from(gates.flatMap((gate) => Array.from(gate)));
}
