import type { Diagnostic } from '../../diagnostics.js';
import { importAllSteps } from '../diagnostics.js';
import type { FloatPool } from '../float-network.js';
import { type Axes, holdsTime } from './axes.js';
import type { GraphValues } from './graph-values.js';
import type { OnnxNode } from './node.js';
import { noteSteps, stepsOf } from './steps.js';

const TIMES = ['T', 'first', 'second'];

/** Batch, then time and features as one axis, in either order; whether they were in that of a convolution. */
function sideBySide(axes: Axes): { readonly channelsFirst: boolean; readonly time: number } | null {
  const own = axes.flatMap((axis, place) => (axis === '1' || axis === 'D' || axis === 'L' ? [] : [{ axis, place }]));
  const [batch, a, b, ...more] = own;
  if (batch === undefined || a === undefined || b === undefined || more.length > 0) return null;
  if (batch.axis !== 'B' && batch.axis !== 'first') return null;
  if (b.axis === 'F' && TIMES.includes(a.axis)) return { channelsFirst: false, time: a.place };
  return a.axis === 'F' && TIMES.includes(b.axis) ? { channelsFirst: true, time: b.place } : null;
}

/** A Flatten, or a Reshape to two axes: values of one step as they are, all steps side by side for the dense layer behind. */
export function flattened(node: OnnxNode, walk: GraphValues, axes: Axes): Diagnostic | undefined {
  if (!holdsTime(axes)) return void walk.give(node.outputs[0], ['B', 'F']);
  const found = sideBySide(axes);
  if (found === null) return importAllSteps(walk.chain.at(node.label), `${node.op} of this shape`);
  noteSteps(walk, axes[found.time]);
  walk.chain.flatten(node.label, stepsOf(walk), found.channelsFirst);
  return void walk.give(node.outputs[0], ['B', 'F']);
}

/** The largest or the mean of all steps; `places`: the axes that it is over. */
export function overAllSteps(
  f: FloatPool['function'],
  node: OnnxNode,
  walk: GraphValues,
  axes: Axes,
  places: readonly number[],
): Diagnostic | undefined {
  const { chain } = walk;
  const own = places.map((place) => (place < 0 ? place + axes.length : place));
  const time = own.find((place) => TIMES.includes(axes[place]!));
  const single = own.every((place) => place === time || axes[place] === '1' || axes[place] === 'D');
  const at = chain.at(node.label);
  if (time === undefined || !single) return importAllSteps(at, `${node.op} of this shape`);
  noteSteps(walk, axes[time]);
  const [steps, units] = [stepsOf(walk), chain.units ?? walk.inputShape.at(-1)];
  if (steps === null || units === undefined)
    return importAllSteps(at, `${node.op} of a sequence whose length the file does not fix`);
  chain.poolOfSteps(node.label, units, steps, f);
  walk.advance();
  const keeps = node.op.startsWith('Global') || node.integer('keepdims', 1) === 1;
  const left = axes.flatMap((axis, place) => (own.includes(place) ? (keeps ? (['1'] as const) : []) : [axis]));
  return void walk.give(
    node.outputs[0],
    left.map((axis) => (TIMES.includes(axis) ? 'B' : axis)),
  );
}
