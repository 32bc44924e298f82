import type { Diagnostic } from '../diagnostics.js';
import { importAttribute, importPadding, importValue } from './diagnostics.js';
import { zeros } from './tensor.js';

/** A convolution or a pooling over time as files describe it. */
export interface WindowShape {
  readonly window: number;
  readonly stride: number;
  /** Zeros in front of a sequence and behind it. */
  readonly left: number;
  readonly right: number;
}

/** How a device steps through it: N15, and how many inputs behind the end the last output would read. */
export interface WindowSteps {
  readonly window: number;
  readonly first: number;
  readonly stride: number;
  readonly late: number;
  /** Outputs of a sequence whose length is known. */
  readonly steps: number | null;
}

/** Zeros on both sides for as many outputs as inputs, or one of `stride`; null where that depends on an unknown number of steps. */
export function samePadding(
  window: number,
  stride: number,
  steps: number | null,
): { left: number; right: number } | null {
  if (steps === null && stride > 1) return null;
  const missing = steps === null ? window - 1 : (Math.ceil(steps / stride) - 1) * stride + window - steps;
  const all = Math.max(0, missing);
  return { left: Math.floor(all / 2), right: all - Math.floor(all / 2) };
}

/** The steps of a window over `steps` inputs (null: unknown), or why a device cannot step through it. */
export function windowSteps(at: string, shape: WindowShape, steps: number | null): WindowSteps | Diagnostic {
  const { window, stride, left, right } = shape;
  const whole = [window, stride, left, right].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!whole || window < 1 || stride < 1) return importValue(at, `has a window of ${window} and a stride of ${stride}`);
  if (left >= window || right >= window)
    return importAttribute(at, `windows of zeros alone (padding ${left}, ${right})`, 'pad by less than the window');
  const outputs = steps === null ? null : Math.floor((steps + left + right - window) / stride) + 1;
  if (outputs !== null && outputs < 1) return importValue(at, `needs ${window - left} steps, sequences have ${steps}`);
  const late = outputs === null ? right : Math.max(0, (outputs - 1) * stride - left + window - steps!);
  return { window, first: window - left, stride, late, steps: outputs };
}

/** The same of a pooling, whose padding takes no part in it in other tools. */
export function poolSteps(at: string, shape: WindowShape, steps: number | null): WindowSteps | Diagnostic {
  const found = windowSteps(at, shape, steps);
  if (isDiagnostic(found)) return found;
  if (shape.left > 0)
    return importAttribute(at, 'pooling of windows that are not full', 'pool without padding ("valid")');
  return found.late > 0 ? importPadding(at, found.late) : found;
}

export const isDiagnostic = (found: WindowSteps | Diagnostic): found is Diagnostic => 'code' in found;

/** Weights of a convolution as rows, the oldest input first; between groups of inputs the matrix has zeros. */
export function windowRows(
  { window, inputs, units, groups }: { window: number; inputs: number; units: number; groups: number },
  weight: (tap: number, input: number, filter: number) => number,
): Float64Array {
  const rows = zeros(units * window * inputs);
  if (rows.length === 0) return rows;
  const own = inputs / groups;
  for (let filter = 0; filter < units; filter++) {
    const from = own * Math.floor((filter * groups) / units);
    for (let tap = 0; tap < window; tap++)
      for (let i = 0; i < own; i++) rows[(filter * window + tap) * inputs + from + i] = weight(tap, i, filter);
  }
  return rows;
}
