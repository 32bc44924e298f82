import type { Split } from '../data/dataset.js';
import type { InputScaling } from '../ir/model.js';
import type { Engine } from './engine/engine.js';

/** Fills the engine's input with the sequences of `order[from..]`; missing ones repeat the last. */
export function fillBatch(engine: Engine, data: Split, order: Int32Array, from: number, input: InputScaling): number {
  const { steps, batch } = engine.batch;
  const gain = 2 ** -input.fraction;
  const { x, labels } = engine;
  const count = Math.min(batch, order.length - from);
  for (let b = 0; b < batch; b++) {
    const index = order[from + Math.min(b, count - 1)]!;
    const codes = data.sequences[index]!;
    labels[b] = data.targets[index]![0]!;
    for (let t = 0; t < steps; t++) {
      const at = (t * batch + b) * input.size;
      for (let i = 0; i < input.size; i++) x[at + i] = Math.max(codes[t * input.size + i]!, -127) * gain;
    }
  }
  return count;
}
