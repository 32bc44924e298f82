import type { Dataset } from '../data/dataset.js';
import { formatWarnings } from '../data/describe.js';
import { dataDoesNotFit, dataNoOutput, throwFirst } from '../data/diagnostics.js';
import type { DataOptions } from '../data/index.js';
import { fail } from '../diagnostics.js';
import { type Model, outputSize } from '../ir/model.js';
import { outputRate } from '../ir/rate.js';
import { repeatedSteps } from '../ir/reconstruction.js';
import { dataOptions } from './data-options.js';
import { loadData } from './load-data.js';

/** Data that a model is measured on: scaled as its input says, with as many inputs and classes. Prints what was noted. */
export async function loadTestData(
  data: string,
  options: object,
  model: Model,
  more: Pick<DataOptions, 'samples'> = {},
): Promise<Dataset> {
  const dataset = await loadData(data, { ...dataOptions(options), ...more, like: model });
  process.stderr.write(formatWarnings({ warnings: dataset.warnings ?? [] }));
  const [inputs, classes] = [dataset.input.size, dataset.task.labels.length];
  if (inputs !== model.input.size || classes !== outputSize(model))
    fail(dataDoesNotFit(data, inputs, classes, model.input.size, outputSize(model)));
  checkOutputs(data, dataset, model);
  return dataset;
}

/**
 * Refuses sequences with one target each that end before a network of windows gives its first output. Where each step has a
 * target, the first ones are compared with the outputs of the reset state.
 * @param data what the user named
 */
export function checkOutputs(data: string, { test, task, input }: Dataset, { layers }: Model): void {
  const window = repeatedSteps(layers);
  const first = window ?? outputRate(layers).first;
  if (task.everyStep && window === null) return;
  throwFirst(
    test.sequences.flatMap(({ length }, i) => {
      const [steps, name = ''] = [length / input.size, test.names?.[i]];
      return steps < first ? [dataNoOutput(name === '' ? data : `${data}: ${name}`, steps, first)] : [];
    }),
  );
}
