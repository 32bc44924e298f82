import { readModel } from '../compiler/1-read/read-model.js';
import { writeModel } from '../compiler/1-read/write-model.js';
import { compileModel } from '../compiler/compile.js';
import { plural } from '../data/diagnostics.js';
import { checkDataOptions } from '../data/options.js';
import type { MarkedStream } from '../data/sound/marks.js';
import { type Meaning, readBackground, readMarkedStreams } from '../data/sound/stream.js';
import { stringTogether } from '../data/sound/strung.js';
import { normalLabels } from '../data/targets/inputs.js';
import type { DecidedModel, Threshold } from '../decisions/decision.js';
import { frontEndMissing, streamClassesMissing } from '../decisions/diagnostics.js';
import { decisionDef, decisionOfTask } from '../decisions/index.js';
import { badValue, fail } from '../diagnostics.js';
import { outputOf } from '../frontends/chain.js';
import type { Model } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { plotSvg } from '../report/curves.js';
import { measureEnds } from '../streams/ends.js';
import {
  chooseThreshold,
  listFalseAlarms,
  lowRateAlarms,
  measureThreshold,
  type StreamCase,
  sweep,
} from '../streams/evaluate.js';
import { anomalousStreams } from '../streams/labelled.js';
import { Trace } from '../streams/trace.js';
import type { Targets, Task } from '../tasks/task.js';
import { dataOptions } from './data-options.js';
import { readModelText } from './input-file.js';
import { checkOutput, writeOutput } from './model-output.js';
import { runOf, savePlots } from './run-plots.js';
import { readSamples } from './sample-file.js';
import type { StreamOptions } from './stream-options.js';
import { type StreamPart, type StreamResult, streamText } from './stream-text.js';
import { loadTestData } from './test-data.js';

const DEFAULTS = { pause: 0.5, tolerance: 0.75, smoothing: 3, refractory: 0.5 } as const;
/** Thresholds of a sweep. */
const SWEPT = 48;

/** rnnq eval --stream: reports beside marked times, false alarms of the background, and the threshold that holds a rate. */
export async function evaluateStream(path: string, options: StreamOptions): Promise<void> {
  const { falseAlarms: wish, tolerance = DEFAULTS.tolerance, output = path } = options;
  if (wish !== undefined && options.background === undefined)
    fail(badValue('--false-alarms', 'needs --background: recordings in which nothing is to be reported'));
  if (options.output !== undefined && wish === undefined)
    fail(badValue('--output', 'has no meaning without --false-alarms'));
  const given = readModel(readModelText(path));
  if (given.input.frontEnd === undefined) fail(frontEndMissing());
  const folder = runOf(path, options.run);
  if (wish !== undefined) checkOutput(path, output, options.force ?? false);
  const model = decidedModel(given, options);
  const { program } = compileModel(model, { core: 'host' });
  const def = decisionDef(model.decision);
  const { background, marked, what } = await readStreams(model, options);
  const traced = (streams: readonly MarkedStream[]) =>
    streams.map((stream) => ({ ...stream, ...traceOf(model, program, stream) }));
  const heard = traced(marked);
  const own: StreamCase = {
    ...{ labels: def.labels(model), lasting: def.lasting, tolerance },
    ...{ marked: heard, background: traced(background) },
  };
  // an anomaly has its threshold, whether anything else is decided or not
  const isDecided = given.decision !== undefined || given.anomaly !== undefined;
  const parts = def.thresholds(model).map((threshold) => measurePart(model, threshold, own, wish, isDecided));
  const values = parts.map(({ chosen }) => chosen?.threshold);
  const settled = withThresholds(model, values);
  const result: StreamResult = {
    ...{ what, parts, lasting: def.lasting },
    // a score says nothing before a decision compares it
    ends: model.anomaly === undefined ? measureEnds(model, program, heard) : null,
    marks: marked.reduce((sum, { marks }) => sum + marks.length, 0),
    seconds: heard.reduce((sum, { seconds }) => sum + seconds, 0),
    decision: def.describe(settled.decision, settled),
  };
  const shown = wish !== undefined || isDecided ? settled : null;
  process.stdout.write(options.json ? toJson(result, model, shown, own) : streamText(result));
  if (folder !== null && background.length > 0 && result.marks > 0)
    await savePlots(folder, tradeoff(model.name, parts));
  if (wish === undefined) return;
  await writeOutput(output, writeModel(settled));
  process.stderr.write(`${output}: threshold ${values.join(', ')}\n`);
}

/** What is measured of a threshold, and which value of it holds a rate, where one is asked for. */
function measurePart(
  model: Model,
  threshold: Threshold,
  own: StreamCase,
  wish: number | undefined,
  isDecided: boolean,
): StreamPart {
  const chosen = wish === undefined ? null : { ...chooseThreshold(threshold, own, wish), wish };
  const settled = chosen === null ? (isDecided ? threshold : undefined) : { ...threshold, value: chosen.threshold };
  return {
    ...{ labels: own.labels, label: threshold.output === null ? null : own.labels[threshold.output]!, chosen },
    sweep: sweep(threshold, own, SWEPT),
    figures: settled === undefined ? null : measureThreshold(settled, own),
    alarms: settled === undefined ? [] : listFalseAlarms(settled, own),
    lowRates: settled === undefined ? [] : lowRateAlarms(settled, own, model.input.frontEnd!.sampleRate),
  };
}

/** A model with other values of its thresholds, in their order, where they are given. */
const withThresholds = (model: DecidedModel, values: readonly (number | undefined)[]): DecidedModel =>
  values.reduce<DecidedModel>(
    (own, value, i) => (value === undefined ? own : decisionDef(own.decision).thresholds(own)[i]!.at(value)),
    model,
  );

function traceOf(model: Model, program: Program, { samples }: MarkedStream) {
  const { channels, sampleRate } = model.input.frontEnd!;
  return { trace: new Trace(model, program, samples), seconds: samples.length / (channels * sampleRate) };
}

/** The model with what is asked for of its decision; where it has none, with that of its task, which reports as much as it can. */
function decidedModel(model: Model, { smoothing, refractory }: StreamOptions): DecidedModel {
  const { decision, input, task = 'classify' } = model;
  const rate = outputOf(input.frontEnd!).rate;
  const steps = (seconds: number): number => Math.min(65535, Math.round(seconds * rate));
  const def = decision === undefined ? decisionOfTask(task) : decisionDef(decision);
  if (def === undefined) return fail(streamClassesMissing(task));
  if (smoothing !== undefined && smoothing > def.maxSmoothing)
    fail(badValue('--smoothing', `${smoothing} is more than ${def.maxSmoothing}, the most that this model can have`));
  const initial = { smoothing: DEFAULTS.smoothing, refractory: steps(DEFAULTS.refractory) };
  const decided = { ...model, decision: decision ?? def.initial(model, initial) };
  return def.adjusted(decided, { smoothing, ...(refractory !== undefined && { refractory: steps(refractory) }) });
}

/** What labels of a recording mean: classes, or whatever is not normal. */
function meaningOf(model: DecidedModel, options: StreamOptions): Meaning {
  const { normal } = checkDataOptions({ ...dataOptions(options), like: model });
  const { decision, task } = model;
  const known = decisionDef(decision).labels(model);
  if (task === 'anomaly') {
    const names = normalLabels(normal);
    return { of: (label) => (names.has(label) ? null : known[0]), known, several: false };
  }
  const never = decision.kind === 'margin' ? known[decision.background ?? -1] : undefined;
  return {
    of: (label) => (label === never ? null : known.includes(label) ? label : undefined),
    ...{ known, several: task === 'detect' },
  };
}

/**
 * The background, and what is to be recognised: recordings with marks, or the test part of labelled ones: each as a stream where
 * labels call steps anomalous, otherwise all as one stream.
 */
async function readStreams(model: DecidedModel, options: StreamOptions) {
  const { data, pause: given } = options;
  const frontEnd = model.input.frontEnd!;
  const { sampleRate, channels } = frontEnd;
  const reader = { frontEnd, read: (file: string) => readSamples(file, model, options) };
  const meaning = meaningOf(model, options);
  const refusePause = (why: string) => fail({ ...badValue('--pause', why), usage: false });
  const background = options.background === undefined ? [] : await readBackground(options.background, reader, meaning);
  if (data === undefined)
    return { background, marked: [], what: `${plural(background.length, 'recording')} of background` };
  const marked = await readMarkedStreams(data, reader, meaning);
  if (marked !== null) {
    if (given !== undefined) refusePause('has no meaning for recordings with marks');
    return { background, marked, what: `${data}: ${plural(marked.length, 'recording')} with marks` };
  }
  if (model.anomaly !== undefined) {
    if (given !== undefined) refusePause('has no meaning for recordings that are streams by themselves');
    const { test } = await loadTestData(data, options, model, { samples: true });
    const streams = anomalousStreams(test, model.input.size, meaning.known[0]!, frontEnd);
    return { background, marked: streams, what: plural(streams.length, 'test recording') };
  }
  // what a sensor of several channels gives in between, nobody knows
  const silent = channels > 1 && background.length === 0;
  if (silent && given) refusePause(NO_PAUSE);
  const pause = silent ? 0 : (given ?? DEFAULTS.pause);
  const { test, task } = await loadTestData(data, options, model, { samples: true });
  const words = test.samples!.map((samples, i) => ({ samples, labels: labelsOf(test.targets[i]!, task) }));
  const stream = stringTogether(
    words.filter(({ labels: [label] }) => meaning.several || meaning.of(label!) !== null),
    { ...{ sampleRate, channels, pause, seed: 1 }, background: background.map(({ samples }) => samples) },
  );
  const between = background.length > 0 ? 'of background' : 'of quiet noise';
  return {
    background,
    marked: [stream],
    what: `${stream.marks.length} test recordings, ${pause === 0 ? 'nothing' : `${pause} s ${between}`} between them`,
  };
}

const NO_PAUSE = 'needs --background: a pause of several channels is cut from it';

/** What the last step of a recording is labelled with: its class, or all that is heard. */
function labelsOf(targets: Targets, { name, labels }: Task): string[] {
  if (name !== 'detect') return [labels[targets.at(-1)!]!];
  const flags = targets.slice(-labels.length);
  return labels.filter((_, j) => flags[j] === 1);
}

/** The detection error tradeoff as a plot: name of the file -> SVG. */
function tradeoff(name: string, parts: readonly StreamPart[]): ReadonlyMap<string, string> {
  // an output without a mark misses none
  const marked = parts.filter(({ sweep: [lowest] }) => lowest!.marks > 0);
  const curves = marked.map(({ label, sweep: figures }) => ({
    label: label ?? 'thresholds',
    x: figures.map(({ falseAlarms }) => falseAlarms!.rate),
    y: figures.map(({ hits, marks }) => 1 - hits / marks),
  }));
  const svg = plotSvg(`${name}: missed over false alarms`, 'false alarms an hour', 'share missed', curves);
  return new Map([['stream-tradeoff.svg', svg]]);
}

function toJson(
  result: StreamResult,
  model: DecidedModel,
  shown: DecidedModel | null,
  { background }: StreamCase,
): string {
  const { parts, decision: _, lasting: __, ...rest } = result;
  const streams = background.map(({ name, seconds }) => ({ name, seconds }));
  const { name } = decisionDef(model.decision).result(model).value;
  const own = parts.map(({ labels, label, alarms, ...part }) => ({
    ...(label !== null && { label }),
    ...part,
    alarms: alarms.map(({ found, value, ...alarm }) => ({ ...alarm, label: labels[found], [name]: value })),
  }));
  const measured = parts[0]!.label === null ? own[0] : { outputs: own };
  const { decision = null, anomaly } = shown ?? {};
  return `${JSON.stringify({ ...rest, ...measured, decision, anomaly, background: streams }, null, 2)}\n`;
}
