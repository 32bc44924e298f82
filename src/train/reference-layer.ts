import { accumulate, affine, type ReferenceLayer, type State, type StepTrace } from './cells/float64.js';
import { CELLS, hasRecurrentBias } from './cells/index.js';
import type { LayerShape } from './engine/layout.js';

/** What one layer's forward pass leaves for the backward pass, for one sequence. */
export interface Trace {
  /** Input, and input after scaleShift. */
  readonly x: readonly Float64Array[];
  readonly u: readonly Float64Array[];
  readonly steps: readonly StepTrace[];
  /** States, from that before the first step on. */
  readonly states: readonly State[];
}

export function forwardLayer(
  shape: LayerShape,
  p: ReferenceLayer,
  x: readonly Float64Array[],
  first: State | undefined,
): Trace {
  const { cell, units, scaleShiftInput } = shape;
  const u = scaleShiftInput ? x.map((v) => v.map((value, i) => value * p.inputScale[i]! + p.inputShift[i]!)) : x;
  let state = first ?? { h: new Float64Array(units), c: new Float64Array(units) };
  const states = [state];
  const steps = u.map((input) => {
    const xPart = affine(p.input, input, p.inputBias);
    const hPart = affine(p.recurrent, state.h, p.recurrentBias);
    const step = CELLS[cell].reference.forward(shape, p, xPart, hPart, state);
    state = { h: step.h, c: step.c };
    states.push(state);
    return step;
  });
  return { x, u, steps, states };
}

/** Adds the layer's gradients, returns those of its inputs. */
export function backwardLayer(
  shape: LayerShape,
  p: ReferenceLayer,
  g: ReferenceLayer,
  trace: Trace,
  dOut: readonly Float64Array[],
): Float64Array[] {
  const { cell, units, scaleShiftInput } = shape;
  const recurrentBias = hasRecurrentBias(shape) ? g.recurrentBias : null;
  let [dh, dc] = [new Float64Array(units), new Float64Array(units)];
  const dx = trace.x.map((x) => new Float64Array(x.length));
  for (let t = trace.x.length - 1; t >= 0; t--) {
    const before = trace.states[t]!;
    const d = { h: dh.map((v, j) => v + dOut[t]![j]!), c: dc };
    const step = CELLS[cell].reference.backward(shape, p, g, trace.steps[t]!, before, d);
    accumulate(p.input, g.input, g.inputBias, step.dxPart, trace.u[t]!, dx[t]!);
    dh = step.dh.slice();
    dc = step.dc.slice();
    accumulate(p.recurrent, g.recurrent, recurrentBias, step.dhPart, before.h, dh);
    if (!scaleShiftInput) continue;
    dx[t]!.forEach((du, i) => {
      g.inputScale[i]! += du * trace.x[t]![i]!;
      g.inputShift[i]! += du;
      dx[t]![i] = du * p.inputScale[i]!;
    });
  }
  return dx;
}
