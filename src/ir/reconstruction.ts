import type { RepeatLayer } from './model.js';

/** Where the layer is that repeats the last vector of a window, -1: there is none. No other layer has `steps`. */
export const repeatIndex = (layers: readonly object[]): number => layers.findIndex((layer) => 'steps' in layer);

/** Steps of the windows that a network gives back (N17); null: it does not. */
export const repeatedSteps = (layers: readonly object[]): number | null =>
  (layers[repeatIndex(layers)] as Pick<RepeatLayer, 'steps'> | undefined)?.steps ?? null;

/**
 * Whether a layer begins with zeros in a step, counted from 0 after a reset: one in front of a `repeat` with the first input of a window, one
 * behind it with the last.
 */
export function beginsWindow(layers: readonly object[], index: number, step: number): boolean {
  const steps = repeatedSteps(layers);
  if (steps === null) return false;
  return (step + Number(index >= repeatIndex(layers))) % steps === 0;
}

/** A sequence, and zeros until its last whole window is given back and has its score (N17). */
export function lengthened<A extends Float64Array | Int8Array | Int16Array>(
  values: A,
  width: number,
  window: number,
): A {
  const windows = Math.floor(values.length / (width * window));
  const length = (windows + 1) * window * width;
  const longer = new (values.constructor as new (size: number) => A)(length);
  longer.set(values.subarray(0, length));
  return longer;
}

/** Of rows after each step of a lengthened sequence those of its whole windows: row t is of the input of step t. */
export const givenBack = <R>(rows: readonly R[], window: number): R[] => rows.slice(window - 1, rows.length - 1);

/** The score of each step's window, of the scores after each step of a lengthened sequence. */
export const windowScores = (scores: readonly number[], window: number): number[] =>
  Array.from({ length: scores.length - window }, (_, t) => scores[(Math.floor(t / window) + 2) * window - 1]!);
