import type { LayerType } from '../ir/model.js';
import { affine } from './affine.js';
import { dense } from './dense.js';
import { gru } from './gru.js';
import type { LayerDef } from './layer.js';
import { lstm } from './lstm.js';
import { rnn } from './rnn.js';

/** Every layer type; an omission is a compile error. */
export const LAYERS: { readonly [K in LayerType]: LayerDef<K> } = { affine, dense, gru, lstm, rnn };
