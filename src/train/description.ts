import type { Dataset } from '../data/dataset.js';
import { type Codes, stepLength } from '../ir/model.js';
import type { RealNetwork } from '../quantizers/real-network.js';
import type { Score } from '../tasks/task.js';
import { ratesOf } from './defaults.js';
import { type Description, exportNetwork, outputsOf } from './export.js';
import { TrainedNetwork } from './network.js';
import { type CheckedTrainOptions, convolutionMethod } from './options.js';
import { rangedLayers } from './ranges.js';
import { networkShape } from './trainer.js';

/** Longest golden input a model may carry. */
const GOLDEN_STEPS = 64;

/**
 * A network with its first weights, described as the trained one will be: what of the name, the labels and the scaling no
 * model may have, and about what it will take on a chip, is known before the first update.
 */
export function untrainedNetwork(data: Dataset, options: CheckedTrainOptions): RealNetwork {
  const ranges = Array.from({ length: rangedLayers(options) }, () => ({ cell: 1, hidden: 1, scaleShift: 1 }));
  const network = new TrainedNetwork(networkShape(options, data), options);
  return exportNetwork(network, { ranges, largestLogit: 1 }, describe(data, options, describeOptions(options, data)));
}

/** What a model says beside its layers. */
export const describe = (
  data: Dataset,
  options: CheckedTrainOptions,
  training: RealNetwork['training'],
  thresholds?: readonly number[],
): Description => ({
  name: options.name ?? data.name,
  input: data.input,
  ...outputsOf(data.task, options, thresholds),
  goldenInput: goldenInput(data),
  training,
});

const goldenInput = ({ test, input }: Dataset): Codes => test.sequences[0]!.slice(0, GOLDEN_STEPS * stepLength(input));

/** A score as facts of the training: testLoss, testAccuracy. */
export const facts = (part: string, score: Score): Record<string, number> =>
  Object.fromEntries(
    Object.entries(score).map(([name, value]) => [`${part}${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]),
  );

/** The options that a reader of a model needs. */
export function describeOptions(options: CheckedTrainOptions, data: Dataset): RealNetwork['training'] {
  const { weights, rowScale, scope, seed, epochs, batch, stochastic } = options;
  const { rate, matrixRate } = ratesOf(options, data);
  const { input, recurrent, dense, bias } = weights;
  return {
    data: data.name,
    ...(options.conv.length > 0 && { convWeights: convolutionMethod(options) }),
    ...{ inputWeights: input, recurrentWeights: recurrent, denseWeights: dense, biases: bias },
    ...data.renewal?.facts,
    ...{ rowScale, scope, stochastic, seed, batch, rate, matrixRate, ...(epochs !== undefined && { epochs }) },
  };
}
