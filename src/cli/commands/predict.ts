import { percent } from '../../accuracy.js';
import { compile } from '../../compiler/compile.js';
import { formatWarnings } from '../../data/describe.js';
import { optionName } from '../../data/options.js';
import type { Channel } from '../../data/sound/wav.js';
import { decisionMissing, frontEndMissing } from '../../decisions/diagnostics.js';
import { badValue, fail } from '../../diagnostics.js';
import type { Model } from '../../ir/model.js';
import type { Program } from '../../ir/program.js';
import { isWrong, type Prediction, predict, type SequencePrediction } from '../../predict.js';
import { formatTable } from '../../report/table.js';
import { streamEvents } from '../../stream-events.js';
import type { Task } from '../../tasks/task.js';
import { dataOptions } from '../data-options.js';
import { eventText } from '../event-text.js';
import { readModelText } from '../input-file.js';
import { loadData } from '../load-data.js';
import { readSamples } from '../sample-file.js';
import { checkOutputs, testWarnings } from '../test-data.js';

interface Options {
  readonly codes?: boolean;
  readonly everyStep?: boolean;
  readonly wrong?: boolean;
  readonly json?: boolean;
  readonly stream?: boolean;
  readonly channel?: Channel;
  readonly resample?: boolean;
}

/** What was read of one of the data named. */
interface Predicted {
  readonly data: string;
  readonly task: Task;
  readonly sequences: readonly SequencePrediction[];
}

/** rnnq predict: what the fixed-point network says of recordings, which are read as those of its training were. */
export async function run(path: string, specs: readonly string[], options: Options): Promise<void> {
  checkStreamOptions(options);
  const { model, program } = compile(readModelText(path), { core: 'host' });
  if (options.stream) return void process.stdout.write(await streams(model, program, specs, options));
  const all: Predicted[] = [];
  for (const data of specs) {
    const dataset = await loadData(data, { split: 'all', ...dataOptions(options), like: model, unlabelled: true });
    const { task, test } = dataset;
    if (options.wrong && task.name === 'regress')
      fail({ ...badValue('--wrong', 'needs decisions: the outputs of this model are quantities'), usage: false });
    if (!options.everyStep) checkOutputs(data, dataset, model);
    const warnings = options.everyStep ? (dataset.warnings ?? []) : testWarnings(dataset, model);
    process.stderr.write(formatWarnings({ warnings }));
    const sequences = predict(model, program, task, test, options.everyStep ?? task.everyStep);
    all.push({ data, task, sequences: options.wrong ? sequences.filter(isWrong) : sequences });
  }
  process.stdout.write(options.json ? `${JSON.stringify(all.map(asJson), null, 2)}\n` : `${asText(all, options)}\n`);
}

/** A stream reports events: its steps and sequences have no place in them. */
function checkStreamOptions(options: Options): void {
  if (!options.stream) return;
  const other = (['codes', 'everyStep', 'wrong'] as const).find((key) => options[key]);
  if (other !== undefined) fail(badValue(optionName(other), 'does not go with --stream'));
}

/** Events of recordings, each a stream from reset. */
async function streams(model: Model, program: Program, paths: readonly string[], options: Options): Promise<string> {
  const { json } = options;
  const { frontEnd } = model.input;
  if (frontEnd === undefined) return fail(frontEndMissing());
  if (model.decision === undefined) fail(decisionMissing());
  const recordings = await Promise.all(paths.map((path) => readSamples(path, model, options)));
  const all = recordings.flat().map(({ name, samples }) => ({
    recording: name,
    seconds: samples.length / (frontEnd.channels * frontEnd.sampleRate),
    events: streamEvents(model, program, samples),
  }));
  if (json) return `${JSON.stringify(all, null, 2)}\n`;
  return eventText(all);
}

const asJson = ({ data, task, sequences }: Predicted) => ({ data, outputs: task.labels, sequences });

/** Of anomalies: what is reported without a break, unless each step is asked for. */
function incidents(all: readonly Predicted[]): string {
  const rows: string[][] = [];
  for (const { data, sequences } of all)
    for (const { name, predictions } of sequences) {
      let [from, largest] = [0, 0];
      predictions.forEach(({ step, decision, score }, i) => {
        if (decision !== 'anomaly') return;
        if (predictions[i - 1]?.decision !== 'anomaly') [from, largest] = [step, 0];
        largest = Math.max(largest, score!);
        if (predictions[i + 1]?.decision === 'anomaly') return;
        const where = name === '' ? data : all.length > 1 ? `${data}: ${name}` : name;
        rows.push([where, String(from), String(step), short(largest)]);
      });
    }
  if (rows.length === 0) return 'no step is an anomaly';
  return formatTable(['recording', 'from step', 'to step', 'largest score'], rows);
}

function asText(all: readonly Predicted[], options: Options): string {
  const { everyStep, codes, wrong } = options;
  const anomalies = all.every(({ task }) => task.ahead !== undefined);
  if (anomalies && !everyStep && !codes && !wrong) return incidents(all);
  const rows = all.flatMap(({ data, task, sequences }) =>
    sequences.flatMap(({ name, predictions }) =>
      predictions
        .filter(({ decision, expected }) => !options.wrong || (expected !== null && decision !== expected))
        .map((prediction) => [
          name === '' ? data : all.length > 1 ? `${data}: ${name}` : name,
          String(prediction.step),
          ...cellsOf(prediction, task, options),
        ]),
    ),
  );
  const decides = all.some(({ sequences }) => sequences.some(({ predictions }) => predictions[0]?.decision !== null));
  const said = decides ? ['decision', anomalies ? 'score' : 'probability', 'label'] : [];
  const figures = options.codes ? ['codes'] : decides ? [] : ['values'];
  if (rows.length === 0) return options.wrong ? 'no decision is wrong' : 'no sequence';
  return formatTable(['recording', 'step', ...said, ...figures], rows);
}

function cellsOf(prediction: Prediction, task: Task, options: Options) {
  const { decision, probability, score, expected, values, codes } = prediction;
  const by = probability !== null ? percent(probability) : score === null || Number.isNaN(score) ? '' : short(score);
  const said = decision === null ? [] : [decision, by, expected ?? ''];
  const value = (v: number, i: number): string => {
    const { unit } = task.outputs?.[i] ?? {};
    return `${task.labels[i]} ${short(v)}${unit === undefined ? '' : ` ${unit}`}`;
  };
  return [...said, ...(options.codes ? [codes.join(' ')] : decision === null ? [values.map(value).join(', ')] : [])];
}

const short = (value: number): string => String(Number(value.toPrecision(6)));
