import { percent } from '../../accuracy.js';
import { writeModel } from '../../compiler/1-read/write-model.js';
import type { DataOptions } from '../../data/index.js';
import { optionName } from '../../data/options.js';
import { modelName } from '../../data/recording.js';
import { badValue, fail, throwIfAny } from '../../diagnostics.js';
import type { RowScaleKind } from '../../fixed/formats.js';
import { type ImportResult, importModel } from '../../import-model.js';
import type { Closeness } from '../../importers/compare.js';
import { importNeedsData } from '../../importers/diagnostics.js';
import { parameterCount } from '../../importers/float-network.js';
import type { Imported } from '../../importers/importer.js';
import { readNetwork } from '../../importers/index.js';
import { type Reconstruction, repeatOf } from '../../importers/reconstruction.js';
import { readRecordedInput } from '../../importers/recorded-input.js';
import { rewrite } from '../../importers/rewrite.js';
import type { Model } from '../../ir/model.js';
import { formatTable } from '../../report/table.js';
import { taskDef } from '../../tasks/index.js';
import { ModelFile } from '../../train/model-file.js';
import { RunFolder } from '../../train/run-folder.js';
import { windowedText } from '../../train/windowed/windowed.js';
import { checkTrainable, warmStart } from '../../warm-start.js';
import { dataOptions } from '../data-options.js';
import { activationBits, numberList, numberRange, weightFormats } from '../import-options.js';
import { loadData } from '../load-data.js';

interface Options {
  readonly data?: string;
  readonly inputRange?: string;
  readonly inspect?: boolean;
  readonly output: string;
  readonly name?: string;
  readonly weights: string;
  readonly rowScale: RowScaleKind;
  readonly activationBits?: string;
  readonly inputOffset?: string;
  readonly inputScale?: string;
  readonly most: number;
  readonly run?: string;
  readonly layers?: string;
  readonly everyStep?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** rnnq import: the trained model of another tool -> model.json; --inspect says what the file holds and writes nothing. */
export async function run(path: string, options: Options): Promise<void> {
  const range = numberRange('--input-range', options.inputRange);
  const wishes = {
    path,
    name: options.name ?? modelName(path, 'model'),
    weights: weightFormats(options.weights),
    rowScale: options.rowScale,
    activationBits: activationBits(options.activationBits),
    inputOffset: numberList('--input-offset', options.inputOffset),
    inputScale: numberList('--input-scale', options.inputScale),
  };
  if (!options.inspect && options.data === undefined && range === undefined) fail(importNeedsData());
  const imported = await readNetwork(path, { layers: options.layers, everyStep: options.everyStep });
  if (options.inspect) return inspect(path, imported, options.json ?? false);
  const { output, force = false } = options;
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const file = new ModelFile(output, new RunFolder(options.run ?? `${output.replace(/\.json$/, '')}.run`, say), force);
  if (file.check()) say(`${output}: exists, will be replaced`);
  throwIfAny(imported.problems);
  const { data, most } = options;
  // windows are given back to find anomalies: labels say which are normal
  const task = repeatOf(imported.network) && ({ task: 'anomaly' } as const);
  if (options.run === undefined) refuseTrainingOptions(dataOptions(options), task?.task);
  const recorded =
    data === undefined
      ? range!
      : await readRecordedInput(data, { ...dataOptions(options), ...task }, imported.network, most);
  const result = importModel(imported, { ...wishes, data: recorded });
  if (options.run !== undefined) await writeRun(path, imported, options, say);
  file.write(writeModel(result.model));
  process.stdout.write(options.json ? toJson(output, imported, result) : toText(output, imported, result));
}

/** What a training makes of its data, of which an import has its own. */
const OF_TRAINING = ['task', 'ahead', 'normalize', 'commonScale'] as const satisfies readonly (keyof DataOptions)[];

function refuseTrainingOptions(given: DataOptions, task: string | undefined): void {
  throwIfAny(
    OF_TRAINING.filter((key) => given[key] !== undefined && given[key] !== task).map((key) => ({
      ...badValue(optionName(key), 'is for the training of a run folder: this network has its task and scaling'),
      hint: 'leave it out, or add --run <folder>; --input-offset and --input-scale say how the network was trained',
    })),
  );
}

/** A run folder of the float network, for the scaling that rnnq train chooses for these data. */
async function writeRun(
  path: string,
  imported: Imported,
  options: Options,
  say: (line: string) => void,
): Promise<void> {
  const { run, data, force = false } = options;
  if (data === undefined) return fail(importNeedsData());
  checkTrainable(path, imported);
  const activation = activationBits(options.activationBits) ?? 8;
  const dataset = await loadData(data, { ...dataOptions(options), activationBits: activation });
  const { options: trained, weights } = warmStart(path, imported, dataset);
  const { startRun } = await import('../../train/started-run.js');
  const score = await startRun(new RunFolder(run!, say), dataset, trained, weights, { force });
  const { cell, conv, units, head } = trained;
  const front = conv.length === 0 ? '' : ` --conv ${windowedText(conv)}`;
  const dense = head.map((layer) => `${layer.units}:${layer.activation}`).join(',');
  const flags = `--cell ${cell}${front} --units ${units.join(',')}${dense && ` --head ${dense}`}${trained.reset === 'before' ? ' --reset before' : ''}`;
  say(`${run}: the float network, validation ${taskDef(dataset.task).text(dataset.task).headline(score)}`);
  say(`go on with: rnnq train --data ${data} ${flags} --warm-start ${run}`);
}

/** The table of layers, the notes, and every problem: exit code 1 where there is one. */
function inspect(path: string, imported: Imported, json: boolean): void {
  const { origin, network, table } = imported;
  const rewritten = imported.problems.length > 0 ? { notes: [], problems: [] } : rewrite(path, network);
  const notes = [...imported.notes, ...rewritten.notes];
  const problems = [...imported.problems, ...rewritten.problems];
  const { input, head, everyStep } = network;
  const facts = { ...origin, input, head, everyStep, weights: parameterCount(network) };
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...facts, layers: table, notes, problems }, null, 2)}\n`
      : `${heading(path, imported)}\n\n${formatTable(
          ['in the file', 'in rnnq'],
          table.map(({ source, became }) => [source, became]),
        )}\n${noteLines(notes)}`,
  );
  throwIfAny(problems);
}

function heading(path: string, { origin, network }: Imported): string {
  const { input, head, everyStep } = network;
  const what = input.encoding === 'symbols' ? `one of ${input.size} symbols` : `${input.size} values`;
  const when = everyStep ? 'after every step' : 'after the last step';
  const length = input.window === null ? '' : `, sequences of ${input.window} steps`;
  return `${path}: ${origin.format} of ${origin.producer || 'an unnamed program'}; a time step is ${what}${length}; ${head} output ${when}; ${parameterCount(network)} weights and biases`;
}

const noteLines = (notes: readonly string[]): string => notes.map((note) => `note: ${note}\n`).join('');

function toText(output: string, imported: Imported, result: ImportResult): string {
  const { model, quantized, fixed, accuracy, sequences, rows, reconstruction } = result;
  const decisions = quantized.changed !== null;
  const header = [
    'network',
    'signal to error',
    'largest difference',
    ...(decisions ? ['decisions changed'] : []),
    ...(accuracy ? ['accuracy'] : []),
  ];
  const row = (name: string, closeness: Closeness, right: number | undefined) => [
    name,
    closeness.decibels === null ? 'equal' : `${closeness.decibels.toFixed(1)} dB`,
    closeness.worst.difference.toPrecision(3),
    ...(decisions ? [String(closeness.changed)] : []),
    ...(right === undefined ? [] : [percent(right)]),
  ];
  const table = formatTable(header, [
    ['float (the file)', '', '', ...(decisions ? [''] : []), ...(accuracy ? [percent(accuracy.float)] : [])],
    row('quantized weights', quantized, accuracy?.quantized),
    row('fixed point', fixed, accuracy?.fixed),
  ]);
  const { worst, perOutput } = fixed;
  const outputs = perOutput.map((value) => (value === null ? 'equal' : value.toFixed(1))).slice(0, 16);
  const where = imported.network.everyStep ? `, step ${worst.row + 1}` : '';
  return (
    `${noteLines(result.notes)}${sequences} sequences, ${rows} outputs compared with the file in float64\n\n${table}\n\n` +
    `fixed point, dB of each output: ${outputs.join(', ')}${perOutput.length > 16 ? ', ...' : ''}; ` +
    `largest difference at sequence ${worst.sequence + 1}${where}, output ${worst.output}\n` +
    `${reconstruction === null ? '' : errorLine(reconstruction, model)}${output}: ${result.weights} weights and biases, activations of ${model.activationBits} bits\n`
  );
}

/** How far windows are from what is given back of them, and from which score on they are reported. */
const errorLine = ({ windows, float, fixed }: Reconstruction, { anomaly }: Model): string =>
  `${windows} windows: mean squared error ${float.toPrecision(4)} (the file), ${fixed.toPrecision(4)} (fixed point), in the values of the file; ` +
  `reported from the score ${anomaly!.threshold.toPrecision(4)} on\n`;

function toJson(output: string, { origin, table }: Imported, { model, ...result }: ImportResult): string {
  const { name, activationBits: bits } = model;
  return `${JSON.stringify({ output, name, activationBits: bits, origin, layers: table, ...result }, null, 2)}\n`;
}
