import type { LayerType } from '../ir/model.js';
import { dense } from './dense.js';
import { gru } from './gru.js';
import type { LayerDef } from './layer.js';
import { lstm } from './lstm.js';

/** Every layer type; an omission is a compile error. */
export const LAYERS: { readonly [K in LayerType]: LayerDef<K> } = { dense, gru, lstm };
