import type { Axis } from './axes.js';
import type { GraphValues } from './graph-values.js';

/** Notes the steps of a sequence where a layer says which axis of the graph's input is time. */
export function noteSteps(walk: GraphValues, axis: Axis | undefined): void {
  if (axis === 'first' || axis === 'second') walk.inputSteps ??= walk.inputShape[axis === 'first' ? 0 : 1] ?? null;
}

/** Steps of a sequence behind the last layer; null where the file does not fix them. */
export const stepsOf = (walk: GraphValues): number | null =>
  walk.steps === undefined ? (walk.inputSteps ?? null) : walk.steps;
