import type { Dataset } from '../data/dataset.js';
import { formatWarnings } from '../data/describe.js';
import { dataDoesNotFit, dataNoOutput, plural, throwFirst } from '../data/diagnostics.js';
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
  const [inputs, classes] = [dataset.input.size, dataset.task.labels.length];
  if (inputs !== model.input.size || classes !== outputSize(model))
    fail(dataDoesNotFit(data, inputs, classes, model.input.size, outputSize(model)));
  checkOutputs(data, dataset, model);
  process.stderr.write(formatWarnings({ warnings: testWarnings(dataset, model) }));
  return dataset;
}

/** What a user should know of data that a model is measured on. */
export const testWarnings = (data: Dataset, model: Model): readonly string[] => [
  ...(data.warnings ?? []),
  ...longerThanRead(data, model),
];

/** A network whose last layers read all steps of a sequence begins again behind them. */
function longerThanRead({ test, task, input }: Dataset, { layers }: Model): string[] {
  const last = layers.findLastIndex((layer) => 'window' in layer);
  const own = layers[last];
  // recurrent layers behind a window go on from its outputs
  const goesOn = layers.slice(last + 1).some((layer) => 'recurrent' in layer);
  if (task.everyStep || own === undefined || !('window' in own) || own.window !== own.stride || goesOn) return [];
  const { first, stride } = outputRate(layers);
  const longer = test.sequences.map(({ length }) => length / input.size).filter((steps) => steps > first);
  if (longer.length === 0) return [];
  const most = longer.reduce((a, b) => Math.max(a, b));
  const newest = most - ((most - first) % stride);
  return [
    `${plural(longer.length, 'sequence')} of more than ${first} steps, all that the network reads: it begins again behind them, ` +
      `and its newest output counts (of ${most} steps that of step ${newest}); --window ${first} cuts recordings`,
  ];
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
