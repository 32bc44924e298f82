import { describeDataset, formatDescription, formatWarnings } from '../../data/describe.js';
import { loadDataset } from '../../data/index.js';
import { dataOptions } from '../data-options.js';

/** rnnq data: what a data set looks like to the trainer. */
export async function run(spec: string, options: { readonly json?: boolean }): Promise<void> {
  const description = describeDataset(await loadDataset(spec, dataOptions(options)));
  process.stderr.write(formatWarnings(description));
  process.stdout.write(options.json ? `${JSON.stringify(description, null, 2)}\n` : formatDescription(description));
}
