import type { Dataset } from '../data/dataset.js';
import type { Score } from '../tasks/task.js';
import type { CheckedTrainOptions } from './options.js';
import type { RunFolder, Start } from './run-folder.js';
import { requireBackend } from './train.js';
import { Trainer } from './trainer.js';

/**
 * Writes the run folder of a network that was trained elsewhere: no updates, its weights as the best network, and its
 * score on the validation part, measured. `rnnq train --warm-start` goes on from it.
 * @param weights by the names of TrainedNetwork.state, of the sizes that the options and the data give
 */
export async function startRun(
  folder: RunFolder,
  data: Dataset,
  options: CheckedTrainOptions,
  weights: ReadonlyMap<string, Float32Array>,
  start: Start = {},
): Promise<Score> {
  await requireBackend();
  const release = await folder.lock();
  const trainer = new Trainer(data, options);
  try {
    folder.create(options, data, start);
    trainer.checkNetwork(weights, []);
    trainer.restoreNetwork(weights);
    const { score, ranges } = trainer.evaluate(data.validation);
    folder.save({
      trainer: await trainer.state(),
      best: { update: 0, score, network: weights, ranges },
      waited: 0,
      loss: score.loss,
      accuracy: 0,
      metrics: [],
      finished: true,
      seconds: 0,
    });
    return score;
  } finally {
    trainer.dispose();
    release();
  }
}
