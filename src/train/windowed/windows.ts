import type { Kernels } from '../engine/kernels.js';
import type { Place } from './windowed.js';

/** Sets the gradients of all inputs to zero, for sums. */
export const clear = (k: Kernels, { inputSteps, batch, stride }: Place, dx: number): void =>
  k.fill(inputSteps * batch * stride, dx, 0);

/** A window as one row, the oldest input first. */
export const sideBySide = (rows: readonly Float64Array[]): Float64Array =>
  Float64Array.from(rows.flatMap((row) => Array.from(row)));
