import { type Accuracy, measureAccuracy, percent } from '../../accuracy.js';
import { compile } from '../../compiler/compile.js';
import type { Dataset } from '../../data/dataset.js';
import { fail } from '../../diagnostics.js';
import { plotSvg } from '../../report/curves.js';
import { formatTable } from '../../report/table.js';
import { taskDef } from '../../tasks/index.js';
import type { Plot } from '../../tasks/task.js';
import { runMissing } from '../../train/diagnostics.js';
import { runFolderOf } from '../../train/run-curves.js';
import { RunFolder } from '../../train/run-folder.js';
import { readModelText } from '../input-file.js';
import { loadTestData } from '../test-data.js';

interface Options {
  readonly data: string;
  readonly most?: number;
  readonly run?: string;
  readonly json?: boolean;
}

/** rnnq eval: float, quantized and fixed-point figures on the test part of the data, confusion, precision and recall. */
export async function run(path: string, options: Options): Promise<void> {
  const { data, most, json } = options;
  const { model, program } = compile(readModelText(path), { core: 'host' });
  const folder = runOf(path, options.run);
  const dataset = await loadTestData(data, options, model);
  const result = measureAccuracy(model, program, dataset, dataset.test, most);
  process.stdout.write(json ? toJson(result) : toText(result, dataset));
  if (folder !== null) await savePlots(folder, curvesOf(result.meter.plots?.() ?? [], model.name));
}

/** The run folder that is named, or that of the model. */
function runOf(path: string, named: string | undefined): RunFolder | null {
  const found = named ?? runFolderOf(path);
  if (found === null) return null;
  const folder = new RunFolder(found);
  return folder.begun ? folder : fail(runMissing(found));
}

/** The curves among the plots as SVG files: name -> text. */
const curvesOf = (plots: readonly Plot[], model: string): ReadonlyMap<string, string> =>
  new Map(
    plots.flatMap((plot) => {
      if (plot.kind !== 'curves') return [];
      const { title, x, y } = plot;
      const curves = plot.curves.map(({ name, points }) => ({
        label: name,
        x: points.map(([value]) => value),
        y: points.map(([, value]) => value),
      }));
      return [[`${title.toLowerCase().replaceAll(' ', '-')}.svg`, plotSvg(`${model}: ${title}`, x, y, curves)]];
    }),
  );

async function savePlots(folder: RunFolder, plots: ReadonlyMap<string, string>): Promise<void> {
  if (plots.size === 0) return;
  const release = await folder.lock();
  try {
    folder.savePlots(plots);
  } finally {
    release();
  }
  process.stderr.write(`${folder.path}: ${[...plots.keys()].join(', ')}\n`);
}

function toText({ meter, ...result }: Accuracy, { task, stream }: Dataset): string {
  const { sequences, count, float, quantized, fixed, changed } = result;
  const { decide, ...def } = taskDef(task);
  const text = def.text(task);
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
  return `${what}${same}\n\n${table}\n\n${meter
    .tables()
    .map(({ columns, rows }) => formatTable(columns, rows))
    .join('\n\n')}\n`;
}

const toJson = ({ meter, ...result }: Accuracy): string =>
  `${JSON.stringify({ ...result, ...meter.details() }, null, 2)}\n`;
