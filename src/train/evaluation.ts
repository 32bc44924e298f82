import type { Dataset, Split } from '../data/dataset.js';
import { taskDef } from '../tasks/index.js';
import type { Meter, Score } from '../tasks/task.js';
import { evaluationBatches } from './batches.js';
import type { Engine, RunOptions } from './engine/engine.js';
import type { NetworkParameters } from './engine/layout.js';
import { followRanges, type Ranges } from './ranges.js';

/** How a network does on a split. */
export interface Evaluation {
  readonly score: Score;
  /** Targets. */
  readonly total: number;
  /** What the score is of. */
  readonly meter: Meter;
  /** What the layers reached. */
  readonly ranges: readonly Ranges[];
}

/** Loss and metrics of parameters on at most `most` sequences (pieces of a stream) of a split. */
export function evaluate(
  engine: Engine,
  parameters: NetworkParameters,
  quantization: RunOptions['quantization'],
  data: Dataset,
  split: Split,
  most?: number,
  onBatch: () => void = () => undefined,
): Evaluation {
  const meter = taskDef(data.task).meter(data.task);
  let [sum, total] = [0, 0];
  let ranges: readonly Ranges[] = [];
  for (const { carry, fill } of evaluationBatches(data, split, engine.batch, most)) {
    fill(engine);
    const pass = engine.forward(parameters, { quantization, carryState: carry });
    if (pass.total > 0) sum += pass.loss * pass.total;
    total += pass.total;
    engine.forEachRow((outputs, targets, row) => meter.add(outputs, targets, row));
    ranges = followRanges(ranges, engine.ranges());
    onBatch();
  }
  return { score: { loss: sum / total, ...meter.metrics() }, total, meter, ranges };
}

/** Largest |logit| of the engine's last pass. */
export function largestLogit(engine: Engine): number {
  const { batch, everyStep } = engine.batch;
  const { outputSteps: steps } = engine;
  let largest = 0;
  for (let b = 0; b < batch; b++)
    for (let t = everyStep ? 0 : steps - 1; t < steps; t++)
      for (const y of everyStep ? engine.logits(b, t) : engine.logits(b)) largest = Math.max(largest, Math.abs(y));
  return largest;
}
