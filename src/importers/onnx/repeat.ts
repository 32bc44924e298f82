import type { Diagnostic } from '../../diagnostics.js';
import { importAllSteps } from '../diagnostics.js';
import { type Axes, type Axis, holdsTime } from './axes.js';
import type { GraphValues } from './graph-values.js';
import type { OnnxNode } from './node.js';

/**
 * Expand or Tile: the last vector of a window, along an axis of length one that becomes time (Keras' RepeatVector, and
 * `unsqueeze(1).repeat(1, T, 1)` of PyTorch). One that repeats nothing only moves values.
 */
export function repeated(node: OnnxNode, walk: GraphValues, axes: Axes): Diagnostic | undefined {
  const { chain } = walk;
  const counts = walk.constant(node.inputs[1])?.data;
  if (counts === undefined || counts.length > axes.length)
    return importAllSteps(chain.at(node.label), `${node.op} to a size that is computed or has more axes`);
  // sizes are those of the last axes
  const ahead = axes.length - counts.length;
  const timesOf = (axis: Axis, place: number): number => {
    const count = counts[place - ahead] ?? 1;
    // Expand has the size of every axis, which may be that of the value
    const isSize = node.op === 'Expand' && axis !== '1';
    return isSize ? 1 : count;
  };
  const places = axes.flatMap((axis, place) => (timesOf(axis, place) === 1 ? [] : [place]));
  const [place] = places;
  if (place === undefined) return void walk.give(node.outputs[0], axes);
  const { units } = chain;
  if (places.length > 1 || axes[place] !== '1' || holdsTime(axes) || units === null)
    return importAllSteps(chain.at(node.label), `${node.op} of this shape`);
  const steps = timesOf('1', place);
  chain.repeat(node.label, { units, inputs: units, steps });
  walk.advance();
  walk.steps = steps;
  walk.give(
    node.outputs[0],
    axes.map((axis, k) => (k === place ? 'T' : axis)),
  );
  return undefined;
}
