import type { Dataset } from '../data/dataset.js';
import { fail } from '../diagnostics.js';
import { runDoesNotFit } from './diagnostics.js';
import { TrainedNetwork } from './network.js';
import type { CheckedTrainOptions } from './options.js';
import type { RunFolder } from './run-folder.js';
import { networkShape } from './trainer.js';

/** The best network of a finished run, for a warm start or as a teacher of one with these options. */
export function savedNetwork(run: RunFolder, data: Dataset, wanted: CheckedTrainOptions): TrainedNetwork {
  const { best } = run.checkpoint();
  const options = run.options();
  for (const key of ['cell', 'units', 'activation', 'reset', 'inputNorm'] as const) {
    const [own, other] = [JSON.stringify(options[key]), JSON.stringify(wanted[key])];
    if (own !== other) fail(runDoesNotFit(run.path, `its ${key} is ${own}, that of the new training ${other}`));
  }
  const network = new TrainedNetwork(networkShape(options, data), options);
  if (best === null) fail(runDoesNotFit(run.path, 'it has no evaluated network yet'));
  for (const [name, values] of network.state()) {
    const own = best.network.get(name);
    if (own?.length !== values.length)
      fail(runDoesNotFit(run.path, `its ${name} has ${own?.length ?? 0} values, ${values.length} are needed`));
    values.set(own);
  }
  return network;
}
