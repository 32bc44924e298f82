import { tablePosition } from '../../src/fixed/fixed.js';
import { tableValues } from '../../src/fixed/tables.js';
import type { Op } from '../../src/ir/program.js';

/** Whether a value lies exactly between two multiples of 2^shift, where the direction of rounding decides (N1). */
export const isTie = (value: number, shift: number): boolean =>
  shift > 0 && value - Math.floor(value / 2 ** shift) * 2 ** shift === 2 ** (shift - 1);

/** Every value that an op is about to round, with the number of bits that go. */
export function roundedValues(op: Op, inputs: readonly Int32Array[]): [value: number, shift: number][] {
  const [a, b, c] = inputs;
  const of = (value: (j: number) => number, shift: (j: number) => number) =>
    Array.from(a!, (_, j): [number, number] => [value(j), shift(j)]);
  switch (op.kind) {
    case 'narrow':
      return of(
        (j) => a![j]!,
        () => op.attributes.shift,
      );
    case 'lut':
      return of(
        (j) => a![j]! * 2 ** op.attributes.left,
        () => op.attributes.shift,
      );
    case 'interpolate': {
      const { table, left, shift } = op.attributes;
      const entries = tableValues(table, true);
      const position = (j: number): number => tablePosition(a![j]!, left, shift);
      const entry = (j: number): number => (position(j) >> shift) + 128;
      return of(
        (j) => (entries[entry(j) + 1]! - entries[entry(j)]!) * (position(j) & (2 ** shift - 1)),
        () => shift,
      );
    }
    case 'mul':
      return of(
        (j) => a![j]! * b![j]!,
        () => op.attributes.shift,
      );
    case 'lerp':
      return of(
        (j) => b![j]! * (c![j]! - a![j]!),
        () => 15,
      );
    case 'requantize': {
      const { scale } = op.attributes;
      if (scale.kind === 'shift')
        return of(
          (j) => a![j]! * 2 ** scale.left,
          (j) => scale.n[j]!,
        );
      const first = of(
        (j) => a![j]!,
        () => scale.pre,
      );
      const half = scale.pre === 0 ? 0 : 2 ** (scale.pre - 1);
      return [
        ...first,
        ...of(
          (j) => Math.floor((a![j]! + half) / 2 ** scale.pre) * scale.m[j]!,
          (j) => scale.n[j]!,
        ),
      ];
    }
    case 'scaleShift':
      return of(
        (j) => a![j]! * op.attributes.m[j]! + op.attributes.bias[j]!,
        (j) => op.attributes.n[j]!,
      );
    default:
      return [];
  }
}
