import type { Dataset } from '../data/dataset.js';
import { type DataOptions, loadDataset } from '../data/index.js';
import type { OptionPlace } from '../data/options.js';
import { readingLine } from './progress.js';

/** loadDataset, with a line of progress on a terminal where reading takes time. */
export async function loadData(spec: string, options: DataOptions, placeOf?: OptionPlace): Promise<Dataset> {
  const line = readingLine(`reading ${spec}`);
  try {
    return await loadDataset(spec, options, placeOf, line.show);
  } finally {
    line.stop();
  }
}
