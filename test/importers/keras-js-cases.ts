import type { Json } from '../../src/importers/json.js';

/** A test of a layer in keras-js: the layer's configuration, which its file does not hold. */
export interface KerasCase {
  readonly name: string;
  readonly cell: 'GRU' | 'LSTM' | 'SimpleRNN';
  readonly config: Json;
  readonly input?: readonly number[];
  readonly weights?: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

/** Of keras-js's notebooks, in the order of their cases; units are those of the recurrent matrix. */
const CONFIGS: readonly Json[] = [
  {},
  { activation: 'sigmoid', recurrent_activation: 'sigmoid' },
  { return_sequences: true },
  { go_backwards: true },
  { go_backwards: true, return_sequences: true },
  { stateful: true },
  { stateful: true, return_sequences: true },
  { stateful: true, go_backwards: true },
  { stateful: true, go_backwards: true, return_sequences: true },
];

export const KERAS_CASES: readonly KerasCase[] = (['GRU', 'LSTM', 'SimpleRNN'] as const).flatMap((cell) =>
  CONFIGS.map((config, k) => ({ name: `recurrent.${cell}.${k}`, cell, config })),
);

/** A layers model of TF.js of this one layer. */
export function kerasModel({ cell, config, input = [], weights = [] }: KerasCase): { json: Json; weights: Uint8Array } {
  const defaults = { activation: 'tanh', recurrent_activation: 'hard_sigmoid', return_sequences: false };
  const layer = {
    class_name: cell,
    config: {
      ...{ name: 'layer', units: weights[1]?.shape[0], batch_input_shape: [null, ...input] },
      ...{ ...defaults, ...config },
    },
  };
  const names = ['kernel', 'recurrent_kernel', 'bias'];
  const entries = weights.map(({ shape }, k) => ({ name: `layer/${names[k]}`, shape, dtype: 'float32' }));
  return {
    json: {
      format: 'layers-model',
      modelTopology: { keras_version: '2.1', class_name: 'Sequential', config: { layers: [layer] } },
      weightsManifest: [{ paths: ['weights.bin'], weights: entries }],
    },
    weights: new Uint8Array(Float32Array.from(weights.flatMap(({ data }) => data)).buffer),
  };
}
