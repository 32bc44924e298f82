import type { Layer, LayerType } from '../ir/model.js';
import { conv1d } from './conv1d.js';
import { dense } from './dense.js';
import type { Field } from './fields.js';
import { gru } from './gru.js';
import type { LayerDef } from './layer.js';
import { lstm } from './lstm.js';
import { pool } from './pool.js';
import { repeat } from './repeat.js';
import { rnn } from './rnn.js';
import { scaleShift } from './scale-shift.js';

/** Every layer type; an omission is a compile error. */
export const LAYERS: { readonly [K in LayerType]: LayerDef<K> } = {
  rnn,
  gru,
  lstm,
  conv1d,
  pool,
  repeat,
  scaleShift,
  dense,
};

export const LAYER_TYPES = Object.keys(LAYERS) as LayerType[];

/** The row of a layer whose type is not known before run time. */
export const layerDef = (layer: Layer): LayerDef<LayerType> => LAYERS[layer.type] as LayerDef<LayerType>;

/** Fields of a layer type by name, in the order of model.json; `key` is a key of that layer. */
export const fieldsOf = (type: LayerType): readonly (readonly [key: string, field: Field<unknown, Layer>])[] =>
  Object.entries(LAYERS[type].fields) as [string, Field<unknown, Layer>][];
