import type { Layer, LayerType } from '../../ir/model.js';
import { conv1d } from './conv1d.js';
import { dense } from './dense.js';
import type { FloatStep } from './float-step.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { pool } from './pool.js';
import { repeat } from './repeat.js';
import { rnn } from './rnn.js';
import { scaleShift } from './scale-shift.js';

/** Every layer type; an omission is a compile error. */
const FLOAT_STEPS: { readonly [K in LayerType]: FloatStep<K> } = {
  rnn,
  gru,
  lstm,
  conv1d,
  pool,
  repeat,
  scaleShift,
  dense,
};

/** The row of a layer whose type is not known before run time. */
export const floatStep = (layer: Layer): FloatStep<LayerType> => FLOAT_STEPS[layer.type] as FloatStep<LayerType>;
