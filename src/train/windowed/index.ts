import type { MatrixSize, WindowedShape } from '../engine/layout.js';
import { conv1d } from './conv1d.js';
import { pool } from './pool.js';
import type { WindowedDef, WindowedName, WindowedOption } from './windowed.js';

/** Every layer that can be trained in front of the recurrent ones; an omission is a compile error. */
export const WINDOWED: { readonly [T in WindowedName]: WindowedDef<T> } = { conv1d, pool };

export const WINDOWED_NAMES = Object.keys(WINDOWED) as [WindowedName, ...WindowedName[]];

/** The row of a layer. */
export const windowedDef = <T extends WindowedName>({ type }: { readonly type: T }): WindowedDef<T> => WINDOWED[type];

/** The layers that options describe, of an input of `inputs` values. */
export function windowedShapes(options: readonly WindowedOption[], inputs: number): WindowedShape[] {
  let below = inputs;
  return options.map((option) => {
    const shape = windowedDef(option).shape(option, below);
    below = shape.units;
    return shape;
  });
}

/** Names of the layers in model.json. */
export const windowedNames = (layers: readonly { readonly type: WindowedName }[]): string[] =>
  layers.map((layer, i) => `${windowedDef(layer).prefix}${i}`);

/** Columns and rows of the weights of all layers; null: it has none. */
export const windowedMatrices = (layers: readonly WindowedShape[] = []): (MatrixSize | null)[] =>
  layers.map((layer) => windowedDef(layer).matrix(layer));
