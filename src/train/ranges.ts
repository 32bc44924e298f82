import { chooseCellFraction, chooseHiddenFraction, chooseScaleShiftFraction } from '../quantizers/fractions.js';
import type { FakeQuantization } from './engine/run.js';

/** Largest magnitudes seen in a layer: |c| of a cell state, h of a relu cell, |u| after a scaleShift input. */
export interface Ranges {
  readonly cell: number;
  readonly hidden: number;
  readonly scaleShift: number;
}

/** How fast a largest value is forgotten at each update: weights change. */
const FORGETTING = 0.99;

/** The chip's formats for these ranges: the very ones that buildModel chooses. */
export const formatsFor = (
  ranges: readonly Ranges[],
  { activationBits, tables }: Pick<FakeQuantization, 'activationBits' | 'tables'>,
): FakeQuantization => ({
  activationBits,
  tables,
  cellFractions: ranges.map(({ cell }) => chooseCellFraction(cell)),
  hiddenFractions: ranges.map(({ hidden }) => chooseHiddenFraction(hidden, activationBits)),
  scaleShiftFractions: ranges.map(({ scaleShift }) => chooseScaleShiftFraction(scaleShift, activationBits)),
});

/** Largest values, the older the less they count. */
export const followRanges = (old: readonly Ranges[], seen: readonly Ranges[]): Ranges[] =>
  seen.map((now, i) => {
    const follow = (a: number, b: number): number => Math.max(FORGETTING * a, b);
    const before = old[i] ?? { cell: 0, hidden: 0, scaleShift: 0 };
    return {
      cell: follow(before.cell, now.cell),
      hidden: follow(before.hidden, now.hidden),
      scaleShift: follow(before.scaleShift, now.scaleShift),
    };
  });
