import { outputCount } from '../ir/rate.js';
import type { WindowedShape } from './engine/layout.js';
import type { ReferenceDense } from './reference-dense.js';
import { windowedDef } from './windowed/index.js';

/** What the forward pass of a layer leaves for the backward pass, for one sequence. */
export interface WindowedTrace {
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
}

/** The inputs of output t, the oldest first; -1 and below in front of the first one. */
const windowAt = ({ window, first, stride }: WindowedShape, t: number): number[] =>
  Array.from({ length: window }, (_, k) => t * stride + first - window + k);

const valuesAt = (places: readonly number[], inputs: readonly Float64Array[], size: number): Float64Array[] =>
  places.map((from) => (from < 0 ? new Float64Array(size) : inputs[from]!));

/** A layer over one sequence; `p`: its weights. */
export function forwardWindowed(
  shape: WindowedShape,
  p: ReferenceDense | null,
  inputs: readonly Float64Array[],
): WindowedTrace {
  const { reference } = windowedDef(shape);
  const outputs = Array.from({ length: outputCount(shape, inputs.length) }, (_, t) =>
    reference.forward(shape, p, valuesAt(windowAt(shape, t), inputs, shape.inputs)),
  );
  return { inputs, outputs };
}

/** Adds the gradients of the weights, returns those of the inputs. */
export function backwardWindowed(
  shape: WindowedShape,
  weights: { readonly p: ReferenceDense | null; readonly g: ReferenceDense | null },
  { inputs, outputs }: WindowedTrace,
  dOut: readonly Float64Array[],
): Float64Array[] {
  const { reference } = windowedDef(shape);
  const dx = inputs.map((x) => new Float64Array(x.length));
  outputs.forEach((y, t) => {
    const places = windowAt(shape, t);
    const d = reference.backward(shape, weights, valuesAt(places, inputs, shape.inputs), y, dOut[t]!);
    places.forEach((from, k) => {
      if (from >= 0) for (let j = 0; j < shape.inputs; j++) dx[from]![j]! += d[k * shape.inputs + j]!;
    });
  });
  return dx;
}
