import {
  chooseCellFraction,
  chooseDenseFraction,
  chooseHiddenFraction,
  chooseScaleShiftFraction,
} from '../quantizers/fractions.js';
import type { DenseShape, LayerRanges } from './engine/layout.js';
import type { FakeQuantization } from './engine/run.js';

/** Largest magnitudes seen in a layer, recurrent ones first, then the dense ones below the last. */
export type Ranges = LayerRanges;

/** How fast a largest value is forgotten at each update: weights change. */
const FORGETTING = 0.99;

/** What decides the chip's formats beside the ranges: options of a training. */
interface Formatted extends Pick<FakeQuantization, 'activationBits' | 'tables'> {
  /** Of the recurrent layers. */
  readonly units: readonly number[];
  readonly head: readonly DenseShape[];
}

/** The chip's formats for these ranges: the very ones that buildModel chooses. */
export function formatsFor(
  ranges: readonly Ranges[],
  { activationBits, tables, units, head }: Formatted,
): FakeQuantization {
  const recurrent = ranges.slice(0, units.length);
  return {
    activationBits,
    tables,
    cellFractions: recurrent.map(({ cell }) => chooseCellFraction(cell)),
    hiddenFractions: recurrent.map(({ hidden }) => chooseHiddenFraction(hidden, activationBits)),
    scaleShiftFractions: recurrent.map(({ scaleShift }) => chooseScaleShiftFraction(scaleShift, activationBits)),
    headFractions: head.map(({ activation }, i) =>
      chooseDenseFraction(activation, ranges[units.length + i]!.hidden, activationBits),
    ),
  };
}

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
