import { fail } from '../diagnostics.js';
import { Chain } from './chain.js';
import { importUnreadable } from './diagnostics.js';
import { type Importer, refuseWeightOptions } from './importer.js';
import { arrayOf, isJsonText, jsonOf, listOf, numberOf, parseJson, textOf } from './json.js';
import { readKerasLayer } from './keras/layers.js';
import type { KerasWalk } from './keras/walk.js';
import { readStateDict } from './state-dict.js';
import { ownEntry, type Tensor } from './tensor.js';

/** Layers of RTNeural's JSON and Keras' names of them. */
const KERAS: Readonly<Record<string, string>> = {
  dense: 'Dense',
  'time-distributed-dense': 'Dense',
  gru: 'GRU',
  lstm: 'LSTM',
  activation: 'Activation',
  conv1d: 'Conv1D',
  prelu: 'PReLU',
  batchnorm: 'BatchNormalization',
};

/** GuitarML's networks of sound. */
const RESIDUAL =
  'the network that was trained adds its input to its output (skip): the application must do that, the output here is the rest';

/** Weights in JSON: RTNeural's list of layers, in Keras' layout; or a state_dict as nested lists. */
export const jsonWeights: Importer = {
  title: 'RTNeural JSON',
  ofWeights: true,
  recognizes: (bytes) => isJsonText(bytes, '"in_shape"') || isJsonText(bytes, 'weight_hh_l0"'),
  async read({ path, bytes }, options) {
    const json = jsonOf(parseJson(path, Buffer.from(bytes).toString('utf8')));
    if (!('in_shape' in json)) {
      const tensors = Object.entries(jsonOf(json.state_dict ?? json)).flatMap(([name, value]): [string, Tensor][] => {
        const tensor = arrayOf(value);
        return tensor === undefined ? [] : [[name, tensor]];
      });
      const read = readStateDict(path, new Map(tensors), options, { format: 'state_dict in JSON', producer: '' });
      const residual = numberOf(jsonOf(json.model_data).skip, 0) > 0;
      return residual ? { ...read, notes: [...read.notes, RESIDUAL] } : read;
    }
    refuseWeightOptions('RTNeural JSON', options);
    const chain = new Chain(path);
    const walk: KerasWalk = { chain, hardSlope: 0.2, sequence: true, window: null, inputSize: null };
    listOf(json.layers).forEach((value, index) => {
      const layer = jsonOf(value);
      const { type, activation, shape } = layer;
      const weights = listOf(layer.weights).map(
        (own) => arrayOf(own) ?? fail(importUnreadable(chain.at(`layer ${index}`), 'its weights are ragged')),
      );
      const config = {
        name: String(index),
        units: listOf(shape).at(-1),
        activation: textOf(activation) === '' ? 'linear' : activation,
        reset_after: true,
        return_sequences: true,
      };
      readKerasLayer({ type: ownEntry(KERAS, textOf(type)) ?? textOf(type), config, weights }, walk);
    });
    return chain.finish({ format: 'RTNeural JSON', producer: '' }, { everyStep: true, window: null });
  },
};
