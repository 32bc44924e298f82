import type { OutputQuantity } from '../ir/model.js';
import { type FloatNetwork, isWeighted } from './float-network.js';
import { FloatRun } from './float-run.js';
import type { InputWishes } from './imported-input.js';
import { repeatOf } from './reconstruction.js';

/** Linear outputs are the logits of classes where the data have a label for each sequence: PyTorch's losses take logits. */
export function withLabels(network: FloatNetwork, { data }: InputWishes): FloatNetwork {
  const labelled = 'source' in data && data.labels.length > 0;
  const several = (network.layers.at(-1)?.units ?? 1) > 1;
  return labelled && several && network.head === 'linear' && repeatOf(network) === undefined
    ? { ...network, head: 'softmax' }
    : network;
}

/** Outputs of a linear head as quantities: each with the power of two that it stays below on the data. */
export function quantitiesOf(network: FloatNetwork, sequences: readonly Float64Array[]): OutputQuantity[] | null {
  const last = network.layers.at(-1)!;
  if (network.head !== 'linear' || !isWeighted(last) || repeatOf(network)) return null;
  const largest = new Float64Array(last.units);
  const run = new FloatRun(network, (layer, kind, values) => {
    if (layer !== network.layers.length - 1 || kind !== 'output') return;
    values.forEach((value, j) => {
      largest[j] = Math.max(largest[j]!, Math.abs(value));
    });
  });
  for (const sequence of sequences) run.run(sequence);
  return Array.from(largest, (most, j) => ({
    name: `output${j}`,
    scale: most > 0 ? 2 ** Math.ceil(Math.log2(most)) : 1,
    offset: 0,
  }));
}

/** Labels of classes and of what is detected: those of the data, or the numbers of the outputs. */
export function namesOfOutputs(labels: readonly string[], { head, layers }: FloatNetwork): readonly string[] {
  const count = layers.at(-1)!.units;
  if (head === 'linear') return [];
  const prefix = head === 'sigmoid' ? 'output' : '';
  return labels.length === count ? labels : Array.from({ length: count }, (_, k) => `${prefix}${k}`);
}
