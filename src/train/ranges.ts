import type { ActivationBits } from '../ir/model.js';
import {
  chooseCellFraction,
  chooseDenseFraction,
  chooseHiddenFraction,
  chooseScaleShiftFraction,
} from '../quantizers/fractions.js';
import type { DenseShape, LayerRanges } from './engine/layout.js';
import type { FakeQuantization } from './engine/run.js';
import type { WindowedOption } from './windowed/windowed.js';

/** Largest magnitudes seen in a layer, of all but the last one, from the input upwards. */
export type Ranges = LayerRanges;

/** How fast a largest value is forgotten at each update: weights change. */
const FORGETTING = 0.99;

/** What decides the chip's formats beside the ranges: options of a training. */
interface Formatted extends Pick<FakeQuantization, 'activationBits' | 'tables'>, Layers {}

/** The layers that have ranges. */
interface Layers {
  /** In front of the recurrent layers. */
  readonly conv: readonly WindowedOption[];
  /** Of the recurrent layers. */
  readonly units: readonly number[];
  readonly head: readonly DenseShape[];
}

/** How many layers have ranges. */
export const rangedLayers = ({ conv, units, head }: Layers): number => conv.length + units.length + head.length;

/** Ranges of the windowed layers, of the recurrent layers, and of the dense layers below the last one. */
export function rangesByKind(ranges: readonly Ranges[], { conv, units }: Pick<Layers, 'conv' | 'units'>) {
  const behind = conv.length + units.length;
  return {
    windowed: ranges.slice(0, conv.length),
    recurrent: ranges.slice(conv.length, behind),
    head: ranges.slice(behind),
  };
}

/** Fraction bits of the outputs of windowed layers: those without an activation keep the format of their input. */
function windowedFractions(conv: Layers['conv'], ranges: readonly Ranges[], bits: ActivationBits): number[] {
  let fraction = 0;
  return conv.map((layer, i) => {
    if ('activation' in layer) fraction = chooseDenseFraction(layer.activation, ranges[i]!.hidden, bits);
    return fraction;
  });
}

/** The chip's formats for these ranges: the very ones that buildModel chooses. */
export function formatsFor(
  ranges: readonly Ranges[],
  { activationBits, tables, conv, units, head }: Formatted,
): FakeQuantization {
  const { recurrent, ...own } = rangesByKind(ranges, { conv, units });
  return {
    activationBits,
    tables,
    cellFractions: recurrent.map(({ cell }) => chooseCellFraction(cell)),
    hiddenFractions: recurrent.map(({ hidden }) => chooseHiddenFraction(hidden, activationBits)),
    scaleShiftFractions: recurrent.map(({ scaleShift }) => chooseScaleShiftFraction(scaleShift, activationBits)),
    windowedFractions: windowedFractions(conv, own.windowed, activationBits),
    headFractions: head.map(({ activation }, i) =>
      chooseDenseFraction(activation, own.head[i]!.hidden, activationBits),
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
