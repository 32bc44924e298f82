import { type Accuracy, measureAccuracy, percent } from '../../accuracy.js';
import { compile } from '../../compiler/compile.js';
import type { Dataset } from '../../data/dataset.js';
import { formatTable } from '../../report/table.js';
import { taskDef } from '../../tasks/index.js';
import { readModelText } from '../input-file.js';
import { loadTestData } from '../test-data.js';

interface Options {
  readonly data: string;
  readonly most?: number;
  readonly json?: boolean;
}

/** rnnq eval: float, quantized and fixed-point figures on the test part of the data, confusion, precision and recall. */
export async function run(path: string, options: Options): Promise<void> {
  const { data, most, json } = options;
  const { model, program } = compile(readModelText(path), { core: 'host' });
  const dataset = await loadTestData(data, options, model);
  const result = measureAccuracy(model, program, dataset, dataset.test, most);
  process.stdout.write(json ? toJson(result) : toText(result, dataset));
}

function toText({ meter, ...result }: Accuracy, { task, stream }: Dataset): string {
  const { sequences, count, float, quantized, fixed, changed } = result;
  const { text, decide } = taskDef(task);
  const recorded = text.columns.map((_, i) => (i === 0 && float !== null ? percent(float) : ''));
  const table = formatTable(
    ['network', ...text.columns],
    [
      ...(float === null ? [] : [['float', ...recorded]]),
      ['quantized float', ...text.cells(quantized)],
      ['fixed point', ...text.cells(fixed)],
    ],
  );
  const what = `${sequences} ${stream ? 'pieces of the test stream' : 'test sequences'}, ${count} ${decide ? 'decisions' : 'targets'}`;
  const same = decide ? `; fixed point changed ${changed} of them` : '';
  return `${what}${same}\n\n${table}\n\n${meter.text()}\n`;
}

const toJson = ({ meter, ...result }: Accuracy): string =>
  `${JSON.stringify({ ...result, ...meter.details() }, null, 2)}\n`;
