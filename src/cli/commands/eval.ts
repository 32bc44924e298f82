import { type Accuracy, measureAccuracy, percent } from '../../accuracy.js';
import { compile } from '../../compiler/compile.js';
import type { Dataset } from '../../data/dataset.js';
import { plural } from '../../data/diagnostics.js';
import { optionName } from '../../data/options.js';
import { badValue, fail } from '../../diagnostics.js';
import { plotSvg } from '../../report/curves.js';
import { formatTable } from '../../report/table.js';
import { taskDef } from '../../tasks/index.js';
import type { Plot } from '../../tasks/task.js';
import { readModelText } from '../input-file.js';
import { runOf, savePlots } from '../run-plots.js';
import { STREAM_OPTIONS, type StreamOptions } from '../stream-options.js';
import { loadTestData } from '../test-data.js';

interface Options extends StreamOptions {
  readonly most?: number;
  readonly stream?: boolean;
}

/**
 * rnnq eval: float, quantized and fixed-point figures on the test part of the data, confusion, precision and recall; as a stream:
 * reports beside marked times.
 */
export async function run(path: string, options: Options): Promise<void> {
  const { data, background, most, json, stream } = options;
  refuseOthers(options);
  if (stream && (data ?? background) !== undefined)
    return (await import('../eval-stream.js')).evaluateStream(path, options);
  if (data === undefined) return fail(badValue('--data', stream ? 'or --background is needed' : 'is needed'));
  const { model, program } = compile(readModelText(path), { core: 'host' });
  const folder = runOf(path, options.run);
  const dataset = await loadTestData(data, options, model);
  const result = measureAccuracy(model, program, dataset, dataset.test, most);
  process.stdout.write(json ? toJson(result) : toText(result, dataset));
  if (folder !== null) await savePlots(folder, curvesOf(result.meter.plots?.() ?? [], model.name));
}

/** Options that go with a stream alone, or without one alone. */
function refuseOthers(options: Options): void {
  const others: readonly (keyof Options)[] = options.stream ? ['most'] : STREAM_OPTIONS;
  const other = others.find((key) => options[key] !== undefined);
  if (other === undefined) return;
  fail(badValue(optionName(other), options.stream ? 'does not go with --stream' : 'has no meaning without --stream'));
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
  const pieces = stream ? `${plural(sequences, 'piece')} of the test stream` : plural(sequences, 'test sequence');
  const what = `${pieces}, ${plural(count, decide ? 'decision' : 'target')}`;
  const same = decide ? `; fixed point changed ${changed} of them` : '';
  return `${what}${same}\n\n${table}\n\n${meter
    .tables()
    .map(({ columns, rows }) => formatTable(columns, rows))
    .join('\n\n')}\n`;
}

const toJson = ({ meter, ...result }: Accuracy): string =>
  `${JSON.stringify({ ...result, ...meter.details() }, null, 2)}\n`;
