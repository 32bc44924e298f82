import { measureAccuracy, percent } from '../../accuracy.js';
import { compile } from '../../compiler/compile.js';
import { dataDoesNotFit } from '../../data/diagnostics.js';
import { loadDataset } from '../../data/index.js';
import { fail } from '../../diagnostics.js';
import { outputSize } from '../../ir/model.js';
import { dataOptions } from '../data-options.js';
import { readModelText } from '../input-file.js';

/** rnnq eval: accuracy on the test part of the data. */
export async function run(path: string, options: { data: string; json?: boolean }): Promise<void> {
  const { data, json } = options;
  const { model, program } = compile(readModelText(path), { core: 'host' });
  const dataset = await loadDataset(data, { ...dataOptions(options), like: model });
  const [inputs, classes] = [dataset.input.size, dataset.labels.length];
  if (inputs !== model.input.size || classes !== outputSize(model))
    fail(dataDoesNotFit(data, inputs, classes, model.input.size, outputSize(model)));
  const result = measureAccuracy(model, program, dataset.test);
  if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else
    process.stdout.write(
      `test sequences  ${result.sequences}\n` +
        `float           ${result.float === null ? 'not recorded in the model' : `${percent(result.float)} (recorded by the trainer)`}\n` +
        `quantized       ${percent(result.quantized)}\n` +
        `fixed point     ${percent(result.fixed)} (${result.changed} decisions changed)\n`,
    );
}
