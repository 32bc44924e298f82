import { isApart, type Windowed } from '../ir/model.js';
import type { TensorId } from '../ir/program.js';
import { isEveryStep } from '../ir/rate.js';
import { layerOneHot, windowOverlap, windowSize } from './diagnostics.js';
import { choice, integer, optional, type Say } from './fields.js';
import type { LayerSizes } from './layer.js';
import type { ProgramBuilder } from './program-builder.js';

/** A window, and what is counted, is at most this (N15). */
const MAX_WINDOW = 32767;

/** The fields of a layer that looks at its last inputs. */
export const windowFields = () => ({
  window: integer<Windowed>(1, MAX_WINDOW),
  first: integer<Windowed>(1, MAX_WINDOW, ({ window }) => [1, window]),
  stride: integer<Windowed>(1, MAX_WINDOW),
  keeps: optional(choice('partial')),
});

/** Elements of all inputs that a layer holds. */
const MAX_ELEMENTS = 2 ** 20;

/** What is wrong with a window: its size, or that of partial results overlaps; one-hot inputs have none. */
export function checkWindow(type: string, layer: Windowed, { oneHot, inputs }: LayerSizes, at: string, say: Say): void {
  const { window, first, stride, keeps } = layer;
  say(oneHot && layerOneHot(at, type));
  if (keeps === undefined)
    say(window * inputs > MAX_ELEMENTS && windowSize(`${at}/window`, MAX_ELEMENTS, window * inputs));
  else say(!isApart(layer) && windowOverlap(`${at}/keeps`, window, first, stride));
}

/**
 * The last inputs of a layer, the oldest first: a state that the newest one is moved into. Ops that are added behind are
 * done with those inputs alone that complete an output (N15).
 */
export function lowerWindow({ window, first, stride }: Windowed, x: TensorId, builder: ProgramBuilder): TensorId {
  const { dtype, largest } = builder.activation;
  const { fraction, length } = builder.typeOf(x);
  const everyStep = isEveryStep({ first, stride });
  const type = { dtype, fraction, length: window * length, min: -largest, max: largest };
  const line = builder.declare('window', 'state', type);
  const count = { dtype: 's16', fraction: 0, length: 1, min: Math.min(0, first - stride), max: first - 1 } as const;
  const counted = everyStep ? null : builder.declare('count', 'state', count);
  builder.add('delay', [line, x], {}, { into: line });
  if (counted !== null) builder.add('wait', [counted], { first, stride }, { into: counted });
  return line;
}

/** What an input adds to the partial result of its window, and how the two are joined. */
export interface Partial {
  /** What one more input gives; `count` is its number in the window, from 0 on. */
  part(count: TensorId): TensorId;
  readonly join: 'sum' | 'max';
  /** Magnitude that the result of a whole window can have. */
  readonly limit: number;
}

/**
 * What came of the inputs of a window so far, as a state that each input changes. Ops that are added behind read the whole
 * window's and are done with its last input alone (N16).
 */
export function lowerPartial({ window }: Windowed, { part, join, limit }: Partial, builder: ProgramBuilder): TensorId {
  const counted = { dtype: 's16', fraction: 0, length: 1, min: 0, max: window - 1 } as const;
  const count = builder.declare('count', 'state', counted);
  const added = part(count);
  const { dtype, fraction, length } = builder.typeOf(added);
  const partial = builder.declare('partial', 'state', { dtype, fraction, length, min: -limit, max: limit });
  const initial = join === 'sum' ? 0 : -limit;
  const before = builder.add('resume', [partial, count], { initial, limit }, { name: 'before' });
  if (join === 'sum') {
    const sum = builder.add('add', [before, added], {}, { name: 'so_far' });
    builder.add('narrow', [sum], { shift: 0, min: -limit, max: limit, to: dtype }, { into: partial });
  } else {
    const both = builder.add('concat', [before, added], {}, { name: 'both' });
    builder.add('pool', [both], { take: 'max', length }, { into: partial });
  }
  builder.add('wait', [count], { first: window, stride: window }, { into: count });
  return partial;
}

/** The output of a layer as a state, so that it stays what it is until there is another one; `wide`: in 16 bits. */
export const declareHeld = (
  builder: ProgramBuilder,
  fraction: number,
  units: number,
  least: number,
  wide = false,
): TensorId => {
  const { dtype, largest } = wide ? ({ dtype: 's16', largest: 32767 } as const) : builder.activation;
  return builder.declare('h', 'state', {
    dtype,
    fraction,
    length: units,
    min: Math.max(-largest, least),
    max: largest,
  });
};
