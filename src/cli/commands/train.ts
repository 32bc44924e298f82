import { percent } from '../../accuracy.js';
import { checkModel, isName } from '../../compiler/1-read/check-model.js';
import { writeModel } from '../../compiler/1-read/write-model.js';
import { describeDataset, formatDescription } from '../../data/describe.js';
import { loadDataset } from '../../data/index.js';
import { badName, badOption, fail, throwIfAny } from '../../diagnostics.js';
import type { TrainOptions } from '../../train/options.js';
import { progressBar } from '../../train/progress.js';
import { train } from '../../train/train.js';
import { trainedModel } from '../../train/trained-model.js';
import { dataOptions } from '../data-options.js';
import { checkWritable, writeOutputFile } from '../output-folder.js';

/** Options as commander gives them: text. */
interface Options {
  readonly data: string;
  readonly cell: string;
  readonly units: string;
  readonly weights: string;
  readonly rowScale: string;
  readonly rowScaleScope: string;
  readonly head: string;
  readonly threshold: string;
  readonly epochs: string;
  readonly batch: string;
  readonly rate: string;
  readonly seed: string;
  readonly name?: string;
  readonly output: string;
  readonly json?: boolean;
}

function toNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) fail(badOption(option, text, 'a number'));
  return value;
}

/** rnnq train: data -> model.json. Values out of range are the trainer's own diagnostics. */
export async function run(options: Options): Promise<void> {
  if (options.name !== undefined && !isName(options.name)) fail(badName('--name', options.name));
  const wanted = {
    cell: options.cell,
    units: options.units.split(',').map((u) => toNumber('--units', u)),
    method: options.weights,
    rowScale: options.rowScale,
    scope: options.rowScaleScope,
    head: options.head,
    threshold: toNumber('--threshold', options.threshold),
    epochs: toNumber('--epochs', options.epochs),
    batch: toNumber('--batch', options.batch),
    rate: toNumber('--rate', options.rate),
    seed: toNumber('--seed', options.seed),
    ...(options.name === undefined ? {} : { name: options.name }),
  } as TrainOptions;
  checkWritable(options.output);
  const data = await loadDataset(options.data, dataOptions(options));
  process.stderr.write(formatDescription(describeDataset(data)));
  const bar = progressBar(`${options.cell} ${options.units}, ${options.weights}`);
  const result = await train(data, wanted, bar.show);
  bar.stop();
  const model = trainedModel(result.network);
  throwIfAny(checkModel(model));
  writeOutputFile(options.output, writeModel(model));
  const { validation, test, steps, seconds } = result;
  if (options.json)
    process.stdout.write(`${JSON.stringify({ output: options.output, validation, test, steps, seconds }, null, 2)}\n`);
  else
    process.stdout.write(
      `${options.output}: validation ${percent(validation)}, test ${percent(test)}, ${steps} steps in ${seconds.toFixed(1)} s\n`,
    );
}
