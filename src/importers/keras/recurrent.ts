import { importDirection, importState, importValue } from '../diagnostics.js';
import { type FloatActivation, type FloatRecurrent, GATE_COUNTS } from '../float-network.js';
import { numberOf } from '../json.js';
import { type Tensor, transposed, zeros } from '../tensor.js';
import { ACTIVATIONS, activationOf, noActivation } from './activations.js';
import type { KerasReader } from './walk.js';

/** An LSTM, a GRU or a vanilla cell. */
export function recurrent(type: FloatRecurrent['type']): KerasReader {
  const gates = GATE_COUNTS[type];
  return ({ config, weights }, walk, source) => {
    const { chain } = walk;
    const at = chain.at(source);
    walk.sequence = config.return_sequences === true;
    if (config.go_backwards === true) return importDirection(at, 'go_backwards');
    if (config.return_state === true) return importState(at, 'return_state makes the states outputs');
    const activation = activationOf(config.activation ?? 'tanh', walk);
    const gate = activationOf(config.recurrent_activation ?? config.inner_activation ?? 'sigmoid', walk);
    if (typeof activation !== 'object' && !ACTIVATIONS.has(activation)) return noActivation(at, activation);
    if (typeof gate !== 'object' && !ACTIVATIONS.has(gate)) return noActivation(at, gate);
    const [kernel, own, bias] = weights.length === 3 * gates ? joined(weights, type) : weights;
    const units = numberOf(config.units ?? config.output_dim);
    if (kernel === undefined || own === undefined) return importValue(at, 'its weights are not there');
    const [inputs = 0] = kernel.shape;
    const rows = gates * units;
    const biases = bias?.data ?? zeros(rows);
    const after = type === 'gru' && config.reset_after === true;
    if (biases.length !== (after ? 2 : 1) * rows && bias !== undefined)
      return importValue(at, `has ${biases.length} biases, ${(after ? 2 : 1) * rows} are needed`);
    chain.recurrent(source, type, {
      units,
      inputs,
      input: transposed(kernel).data,
      recurrent: transposed(own).data,
      inputBias: biases.slice(0, rows),
      recurrentBias: biases.length > rows ? biases.slice(rows) : zeros(rows),
      activation: activation as FloatActivation,
      gateActivation: gate as FloatActivation,
      reset: after ? 'after' : 'before',
    });
    return undefined;
  };
}

/** Keras 1 keeps the matrices of the gates apart: W, U, b of each; those of an LSTM in the order i, c, f, o. */
function joined(weights: readonly Tensor[], type: FloatRecurrent['type']): Tensor[] {
  const order = type === 'lstm' ? [0, 2, 1, 3] : Array.from({ length: GATE_COUNTS[type] }, (_, k) => k);
  return [0, 1, 2].map((part) => {
    const parts = order.map((gate) => weights[3 * gate + part]!);
    const rows = part < 2 ? parts[0]!.shape[0]! : 1;
    const cols = parts[0]!.data.length / rows;
    const data = new Float64Array(rows * cols * parts.length);
    parts.forEach((tensor, k) => {
      for (let i = 0; i < rows; i++)
        data.set(tensor.data.subarray(i * cols, (i + 1) * cols), (i * parts.length + k) * cols);
    });
    return { shape: [rows, cols * parts.length], data };
  });
}
