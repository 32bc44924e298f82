import { type Accuracy, measureAccuracy, percent, type Score } from '../../accuracy.js';
import { compile } from '../../compiler/compile.js';
import type { Dataset } from '../../data/dataset.js';
import { dataDoesNotFit } from '../../data/diagnostics.js';
import { loadDataset } from '../../data/index.js';
import { fail } from '../../diagnostics.js';
import { outputSize } from '../../ir/model.js';
import { formatConfusion, precisionAndRecall } from '../../report/confusion.js';
import { formatTable } from '../../report/table.js';
import { dataOptions } from '../data-options.js';
import { readModelText } from '../input-file.js';

interface Options {
  readonly data: string;
  readonly most?: number;
  readonly json?: boolean;
}

/** rnnq eval: float, quantized and fixed-point figures on the test part of the data, confusion, precision and recall. */
export async function run(path: string, options: Options): Promise<void> {
  const { data, most, json } = options;
  const { model, program } = compile(readModelText(path), { core: 'host' });
  const dataset = await loadDataset(data, { ...dataOptions(options), like: model });
  const [inputs, classes] = [dataset.input.size, dataset.labels.length];
  if (inputs !== model.input.size || classes !== outputSize(model))
    fail(dataDoesNotFit(data, inputs, classes, model.input.size, outputSize(model)));
  const result = measureAccuracy(model, program, dataset, dataset.test, most);
  process.stdout.write(json ? toJson(result, dataset) : toText(result, dataset));
}

/** Bits per step (of characters: BPC) and perplexity of a mean cross-entropy in nats. */
const describe = ({ loss, accuracy }: Score, everyStep: boolean): (string | number)[] => [
  percent(accuracy),
  loss.toFixed(4),
  ...(everyStep ? [(loss / Math.LN2).toFixed(4), Math.exp(loss).toFixed(3)] : []),
];

function toText(result: Accuracy, { labels, everyStep, stream }: Dataset): string {
  const { sequences, count, float, quantized, fixed, changed, confusion } = result;
  const header = ['network', 'accuracy', 'loss, nats', ...(everyStep ? ['bits per step', 'perplexity'] : [])];
  const floatRow = float === null ? [] : [['float', percent(float), '', ...(everyStep ? ['', ''] : [])]];
  const table = formatTable(header, [
    ...floatRow,
    ['quantized float', ...describe(quantized, everyStep)],
    ['fixed point', ...describe(fixed, everyStep)],
  ]);
  const what = `${sequences} ${stream ? 'pieces of the test stream' : 'test sequences'}, ${count} decisions`;
  return `${what}; fixed point changed ${changed} of them\n\n${table}\n\n${formatConfusion({ labels, counts: confusion })}\n`;
}

function toJson(result: Accuracy, { labels }: Dataset): string {
  const counts = result.confusion;
  const matrix = labels.map((_, k) => Array.from(counts.subarray(k * labels.length, (k + 1) * labels.length)));
  return `${JSON.stringify({ ...result, confusion: matrix, classes: precisionAndRecall({ labels, counts }) }, null, 2)}\n`;
}
