import type { Dataset } from '../data/dataset.js';
import { fail } from '../diagnostics.js';
import type { Best } from './checkpoint.js';
import { checkpointBroken, runDoesNotFit } from './diagnostics.js';
import { TrainedNetwork } from './network.js';
import type { CheckedTrainOptions } from './options.js';
import { optionText } from './run-config.js';
import type { RunFolder } from './run-folder.js';
import { networkShape } from './trainer.js';

/** The best network of a run that was made before, as it lies on the disk. */
export interface SavedRun {
  readonly folder: RunFolder;
  readonly options: CheckedTrainOptions;
  readonly best: Best;
}

/** Reads a run for a warm start or as a teacher; refuses, before any data are read, one that training cannot use. */
export function savedRun(folder: RunFolder, requested: CheckedTrainOptions): SavedRun {
  const options = folder.options();
  for (const key of ['cell', 'conv', 'units', 'head', 'activation', 'reset', 'inputNorm'] as const) {
    const [own, other] = [optionText(key, options[key]), optionText(key, requested[key])];
    if (own !== other) fail(runDoesNotFit(folder.path, `its ${key} is ${own}, that of the new training ${other}`));
  }
  const { best } = folder.checkpoint();
  return { folder, options, best: best ?? fail(runDoesNotFit(folder.path, 'it has no evaluated network yet')) };
}

/** The network of a saved run, for these data. */
export function savedNetwork({ folder, options, best }: SavedRun, data: Dataset): TrainedNetwork {
  const network = new TrainedNetwork(networkShape(options, data), options);
  for (const [name, values] of network.state()) {
    const own = best.network.get(name);
    if (own === undefined) return fail(checkpointBroken(folder.path, `it has no ${name}`));
    if (own.length !== values.length)
      fail(runDoesNotFit(folder.path, `its ${name} has ${own.length} values, ${values.length} are needed`));
    values.set(own);
  }
  return network;
}
