import type { LossName } from '../tasks/task.js';
import { accumulate, affine, type ReferenceLayer, type State } from './cells/float64.js';
import type { DenseParameters, NetworkParameters, NetworkShape } from './engine/layout.js';
import { type Distillation, type Dropout, dropoutSeed } from './engine/run.js';
import { DENSE_ACTIVATIONS, type ReferenceDense } from './reference-dense.js';
import { backwardLayer, forwardLayer, type Trace } from './reference-layer.js';
import { REFERENCE_LOSSES, type ReferenceLoss, type ReferenceTarget } from './reference-losses.js';
import { backwardWindowed, forwardWindowed, type WindowedTrace } from './reference-windowed.js';

/** Parameters or gradients in float64, of the same shape as NetworkParameters. */
export interface ReferenceParameters {
  readonly windowed: readonly (ReferenceDense | null)[];
  readonly layers: readonly ReferenceLayer[];
  readonly head: readonly ReferenceDense[];
}

const NAMES = ['input', 'recurrent', 'inputBias', 'recurrentBias', 'inputScale', 'inputShift'] as const;

const denseOf = ({ weights, bias }: DenseParameters): ReferenceDense => ({
  weights: Float64Array.from(weights),
  bias: Float64Array.from(bias),
});

export const toReference = ({ windowed, layers, head }: NetworkParameters): ReferenceParameters => ({
  windowed: windowed.map((own) => own && denseOf(own)),
  layers: layers.map(
    (l) =>
      Object.fromEntries(NAMES.map((name) => [name, Float64Array.from(l[name] ?? [])])) as unknown as ReferenceLayer,
  ),
  head: head.map(denseOf),
});

/** One sequence of a batch. */
export interface ReferenceSequence {
  /** One vector a step. */
  readonly x: readonly Float64Array[];
  /** One (after the last step) or one for each output. */
  readonly targets: readonly ReferenceTarget[];
  /** Outputs of a teacher, a row for each target. */
  readonly teacher?: readonly Float64Array[];
  /** First states of each layer. */
  readonly states?: readonly State[];
}
export interface ReferenceOptions {
  /** Default: cross-entropy. */
  readonly loss?: LossName;
  readonly dropout?: Dropout;
  readonly outputWeights?: Float64Array;
  readonly distillation?: Distillation;
}

export interface ReferenceResult {
  readonly loss: number;
  readonly gradient: ReferenceParameters;
  /** States of each sequence after its last step, layer after layer. */
  readonly states: readonly (readonly State[])[];
}

/** Factor of element j of one row of dropout: the engine's hash, restated. */
function dropFactor({ rate, seed }: Dropout, layer: number, step: number, slot: number, j: number): number {
  let x = (dropoutSeed(seed, layer, step, slot) + Math.imul(j, 0x9e3779b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  x = (x ^ (x >>> 16)) >>> 0;
  return x < Math.floor(Math.fround(rate) * 2 ** 32) ? 0 : 1 / (1 - rate);
}

/**
 * Weighted mean loss and its gradient by plain back-propagation through time in float64: slow, simple, the reference of
 * the gradient tests. Sequence s is in slot s.
 */
export function referenceStep(
  shape: NetworkShape,
  parameters: ReferenceParameters,
  sequences: readonly ReferenceSequence[],
  options: ReferenceOptions = {},
): ReferenceResult {
  const zeros = (a: Float64Array) => new Float64Array(a.length);
  const zeroDense = ({ weights, bias }: ReferenceDense) => ({ weights: zeros(weights), bias: zeros(bias) });
  const gradient: ReferenceParameters = {
    windowed: parameters.windowed.map((own) => own && zeroDense(own)),
    layers: parameters.layers.map(
      (l) => Object.fromEntries(NAMES.map((name) => [name, zeros(l[name])])) as unknown as ReferenceLayer,
    ),
    head: parameters.head.map(zeroDense),
  };
  const { loss: lossName = 'cross-entropy', outputWeights: weights, distillation } = options;
  const def = REFERENCE_LOSSES[lossName];
  const total = sequences.reduce<number>(
    (sum, { targets }) => targets.reduce<number>((s, t) => s + def.weight(t, weights), sum),
    0,
  );
  let loss = 0;
  const states = sequences.map(({ x: input, targets, teacher, states: first }, slot) => {
    const traces: Trace[] = [];
    const front = forwardFront(shape, parameters, input);
    let x = front.at(-1)?.outputs ?? input;
    const factor = (layer: number, t: number, j: number): number =>
      options.dropout === undefined ? 1 : dropFactor(options.dropout, layer, t, slot, j);
    shape.layers.forEach((layer, i) => {
      const trace = forwardLayer(layer, parameters.layers[i]!, x, first?.[i]);
      traces.push(trace);
      x = trace.steps.map(({ h }, t) => h.map((v, j) => v * factor(i, t, j)));
    });
    const dOut: Float64Array[] = x.map((h) => new Float64Array(h.length));
    targets.forEach((target, k) => {
      const t = x.length - targets.length + k;
      const lossOf = (y: Float64Array) => def.of(y, target, { weights, teacher: teacher?.[k], distillation });
      if (def.weight(target, weights) > 0)
        loss += headStep(shape, parameters, gradient, x[t]!, dOut[t]!, lossOf, total);
    });
    let dh = dOut;
    for (let i = traces.length - 1; i >= 0; i--) {
      dh = dh.map((d, t) => d.map((v, j) => v * factor(i, t, j)));
      dh = backwardLayer(shape.layers[i]!, parameters.layers[i]!, gradient.layers[i]!, traces[i]!, dh);
    }
    backwardFront(shape, parameters, gradient, front, dh);
    return traces.map((trace) => trace.states.at(-1)!);
  });
  return { loss, gradient, states };
}

/** The windowed layers over one sequence. */
function forwardFront(
  shape: NetworkShape,
  { windowed }: ReferenceParameters,
  input: readonly Float64Array[],
): WindowedTrace[] {
  const traces: WindowedTrace[] = [];
  shape.windowed?.forEach((layer, i) => {
    traces.push(forwardWindowed(layer, windowed[i]!, traces.at(-1)?.outputs ?? input));
  });
  return traces;
}

/** Adds the gradients of their weights, from that of the last one's outputs. */
function backwardFront(
  shape: NetworkShape,
  p: ReferenceParameters,
  g: ReferenceParameters,
  traces: readonly WindowedTrace[],
  dOut: readonly Float64Array[],
): void {
  let d = dOut;
  for (let i = traces.length - 1; i >= 0; i--)
    d = backwardWindowed(shape.windowed![i]!, { p: p.windowed[i]!, g: g.windowed[i]! }, traces[i]!, d);
}

/** Loss of one row, and its gradients with regard to the head and to the head's input. */
function headStep(
  { head: shapes = [] }: NetworkShape,
  p: ReferenceParameters,
  g: ReferenceParameters,
  h: Float64Array,
  dh: Float64Array,
  lossOf: (y: Float64Array) => ReturnType<ReferenceLoss['of']>,
  total: number,
): number {
  const values = [h];
  p.head.forEach(({ weights, bias }, i) => {
    const { value } = DENSE_ACTIVATIONS[shapes[i]?.activation ?? 'linear'];
    values.push(affine(weights, values[i]!, bias).map(value));
  });
  const { loss, gradient } = lossOf(values.at(-1)!);
  let d = gradient.map((value) => value / total);
  for (let i = p.head.length - 1; i >= 0; i--) {
    const { slope } = DENSE_ACTIVATIONS[shapes[i]?.activation ?? 'linear'];
    const sums = d.map((value, j) => value * slope(values[i + 1]![j]!));
    d = new Float64Array(values[i]!.length);
    accumulate(p.head[i]!.weights, g.head[i]!.weights, g.head[i]!.bias, sums, values[i]!, d);
  }
  d.forEach((value, i) => {
    dh[i]! += value;
  });
  return loss / total;
}
