import type { Windowed } from '../ir/model.js';
import type { TensorId } from '../ir/program.js';
import { isEveryStep } from '../ir/rate.js';
import { layerOneHot, windowSize } from './diagnostics.js';
import { integer, type Say } from './fields.js';
import type { LayerSizes } from './layer.js';
import type { ProgramBuilder } from './program-builder.js';

/** A window, and what is counted, is at most this (N15). */
const MAX_WINDOW = 32767;

/** The fields of a layer that looks at its last inputs. */
export const windowFields = () => ({
  window: integer<Windowed>(1, MAX_WINDOW),
  first: integer<Windowed>(1, MAX_WINDOW, ({ window }) => [1, window]),
  stride: integer<Windowed>(1, MAX_WINDOW),
});

/** Elements of all inputs that a layer holds. */
const MAX_ELEMENTS = 2 ** 20;

export function checkWindow(type: string, window: number, { oneHot, inputs }: LayerSizes, at: string, say: Say): void {
  say(oneHot && layerOneHot(at, type));
  say(window * inputs > MAX_ELEMENTS && windowSize(`${at}/window`, MAX_ELEMENTS, window * inputs));
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

/** The output of a layer as a state, so that it stays what it is until there is another one. */
export const declareHeld = (builder: ProgramBuilder, fraction: number, units: number, min: number): TensorId => {
  const { dtype, largest } = builder.activation;
  return builder.declare('h', 'state', { dtype, fraction, length: units, min: Math.max(-largest, min), max: largest });
};
