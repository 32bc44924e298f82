import { readModel } from '../../compiler/1-read/read-model.js';
import { npyBytes, stacked } from '../../data/arrays/write-npy.js';
import type { Dataset } from '../../data/dataset.js';
import { describeDataset, formatDescription, formatWarnings } from '../../data/describe.js';
import { PARTS } from '../../data/recording.js';
import { outputNotWritable } from '../../diagnostics.js';
import { guarded, realFile, writeNew } from '../../files/write-file.js';
import { stepLength } from '../../ir/model.js';
import { dataOptions } from '../data-options.js';
import { readModelText } from '../input-file.js';
import { loadData } from '../load-data.js';

interface Options {
  readonly model?: string;
  readonly export?: string;
  readonly json?: boolean;
}

/** rnnq data: what a data set looks like to the trainer, or to a model. */
export async function run(spec: string, options: Options): Promise<void> {
  const like = options.model === undefined ? undefined : readModel(readModelText(options.model));
  const data = await loadData(spec, { ...dataOptions(options), ...(like && { like, unlabelled: true }) });
  const description = describeDataset(data);
  process.stderr.write(formatWarnings(description));
  process.stdout.write(options.json ? `${JSON.stringify(description, null, 2)}\n` : formatDescription(description));
  if (options.export !== undefined)
    for (const path of exportCodes(options.export, data)) process.stderr.write(`${path}\n`);
}

/** Writes x.npy, x_lengths.npy and x_labels.npy, as rnnq reads them again; no file is replaced. */
function exportCodes(path: string, data: Dataset): string[] {
  const all = PARTS.map((part) => data[part]);
  const { shape, values, lengths } = stacked(
    all.flatMap(({ sequences }) => sequences),
    stepLength(data.input),
  );
  const stem = path.replace(/\.npy$/i, '');
  const files = new Map([
    [`${stem}.npy`, npyBytes(shape, values)],
    [`${stem}_lengths.npy`, npyBytes([lengths.length], lengths)],
  ]);
  const targets = all.flatMap((split) => split.targets);
  if (!data.task.everyStep && targets.every((own) => own instanceof Int32Array))
    files.set(
      `${stem}_labels.npy`,
      npyBytes(
        [targets.length],
        Int32Array.from(targets, (own) => own[0]!),
      ),
    );
  for (const [file, bytes] of files) guarded(file, outputNotWritable, () => writeNew(realFile(file), { data: bytes }));
  return [...files.keys()];
}
