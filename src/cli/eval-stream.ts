import { writeModel } from '../compiler/1-read/write-model.js';
import { compile } from '../compiler/compile.js';
import type { MarkedStream } from '../data/sound/marks.js';
import { readBackground, readMarkedStreams } from '../data/sound/stream.js';
import { stringTogether } from '../data/sound/strung.js';
import type { Threshold } from '../decisions/decision.js';
import { frontEndMissing, streamClassesMissing } from '../decisions/diagnostics.js';
import { decisionDef, decisionOfTask } from '../decisions/index.js';
import { badValue, fail } from '../diagnostics.js';
import { outputOf } from '../frontends/chain.js';
import type { Decision } from '../ir/decision.js';
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
import { Trace } from '../streams/trace.js';
import type { Targets, Task } from '../tasks/task.js';
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
  const { model, program } = compile(readModelText(path), { core: 'host' });
  if (model.input.frontEnd === undefined) fail(frontEndMissing());
  const folder = runOf(path, options.run);
  if (wish !== undefined) checkOutput(path, output, options.force ?? false);
  const decision = decisionOf(model, options);
  const { background, marked, what } = await readStreams(model, decision, options);
  const traced = <S extends MarkedStream>(streams: readonly S[]) =>
    streams.map((stream) => ({ ...stream, ...traceOf(model, program, stream) }));
  const own = { labels: model.labels, marked: traced(marked), background: traced(background), tolerance };
  const parts = decisionDef(decision)
    .thresholds(decision)
    .map((threshold) => measurePart(model, threshold, own, wish));
  const values = parts.map(({ chosen }) => chosen?.threshold);
  const settled = withThresholds(decision, values);
  const result: StreamResult = {
    ...{ what, parts, ends: measureEnds(model, program, own.marked) },
    seconds: own.marked.reduce((sum, { seconds }) => sum + seconds, 0),
    decision: decisionDef(settled).describe(settled, model),
  };
  const decided = wish !== undefined || model.decision !== undefined;
  process.stdout.write(options.json ? toJson(result, decided ? settled : null, own) : streamText(result));
  if (folder !== null && background.length > 0) await savePlots(folder, tradeoff(model.name, parts));
  if (wish === undefined) return;
  await writeOutput(output, writeModel({ ...model, decision: settled }));
  process.stderr.write(`${output}: threshold ${values.join(', ')}\n`);
}

/** What is measured of a threshold, and which value of it holds a rate, where one is asked for. */
function measurePart(model: Model, threshold: Threshold, own: StreamCase, wish: number | undefined): StreamPart {
  const chosen = wish === undefined ? null : { ...chooseThreshold(threshold, own, wish), wish };
  const settled = chosen === null ? model.decision && threshold : { ...threshold, value: chosen.threshold };
  return {
    ...{ labels: model.labels, label: threshold.output === null ? null : model.labels[threshold.output]!, chosen },
    sweep: sweep(threshold, own, SWEPT),
    figures: settled === undefined ? null : measureThreshold(settled, own),
    alarms: settled === undefined ? [] : listFalseAlarms(settled, own),
    lowRates: settled === undefined ? [] : lowRateAlarms(settled, own, model.input.frontEnd!.sampleRate),
  };
}

/** A decision with other values of its thresholds, in their order, where they are given. */
const withThresholds = (decision: Decision, values: readonly (number | undefined)[]): Decision =>
  values.reduce<Decision>(
    (own, value, i) => (value === undefined ? own : decisionDef(own).thresholds(own)[i]!.at(value)),
    decision,
  );

function traceOf(model: Model, program: Program, { samples }: MarkedStream) {
  const { channels, sampleRate } = model.input.frontEnd!;
  return { trace: new Trace(model, program, samples), seconds: samples.length / (channels * sampleRate) };
}

/** The model's decision with what is asked for instead; where it has none, the one of its task, with the least thresholds. */
function decisionOf(model: Model, { smoothing, refractory }: StreamOptions): Decision {
  const { decision, input, task = 'classify' } = model;
  const rate = outputOf(input.frontEnd!).rate;
  const steps = (seconds: number): number => Math.min(65535, Math.round(seconds * rate));
  const def = decision === undefined ? decisionOfTask(task) : decisionDef(decision);
  const first =
    decision ?? def?.initial(model, { smoothing: DEFAULTS.smoothing, refractory: steps(DEFAULTS.refractory) });
  if (first === undefined || def!.thresholds(first).length === 0) return fail(streamClassesMissing(task));
  return def!.adjusted(first, { smoothing, ...(refractory !== undefined && { refractory: steps(refractory) }) });
}

/** The background, and what is to be recognised: recordings with marks, or the test part of labelled ones as one stream. */
async function readStreams(model: Model, decision: Decision, options: StreamOptions) {
  const { data, pause: wanted } = options;
  const { labels } = model;
  const { sampleRate, channels } = model.input.frontEnd!;
  const reader = { frontEnd: { sampleRate, channels }, read: (file: string) => readSamples(file, model, options) };
  const never = decision.kind === 'margin' ? labels[decision.background ?? -1] : undefined;
  const several = model.task === 'detect';
  const reported = labels.filter((label) => label !== never);
  const background = options.background === undefined ? [] : await readBackground(options.background, reader, reported);
  const marked = await readMarkedStreams(data, reader, labels, { background: never, several });
  if (marked !== null) {
    if (wanted !== undefined)
      fail({ ...badValue('--pause', 'has no meaning for recordings with marks'), usage: false });
    return { background, marked, what: `${data}: ${marked.length} recordings with marks` };
  }
  // what a sensor of several channels gives in between, nobody knows
  const silent = channels > 1 && background.length === 0;
  if (silent && wanted) fail({ ...badValue('--pause', NO_PAUSE), usage: false });
  const pause = silent ? 0 : (wanted ?? DEFAULTS.pause);
  const { test, task } = await loadTestData(data, options, model, { samples: true });
  const words = test.samples!.map((samples, i) => ({ samples, labels: labelsOf(test.targets[i]!, task) }));
  const stream = stringTogether(
    words.filter(({ labels: [label] }) => several || label !== never),
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
  const curves = parts.map(({ label, sweep: figures }) => ({
    label: label ?? 'thresholds',
    x: figures.map(({ falseAlarms }) => falseAlarms!.rate),
    y: figures.map(({ hits, marks }) => 1 - hits / marks),
  }));
  const svg = plotSvg(`${name}: missed over false alarms`, 'false alarms an hour', 'share missed', curves);
  return new Map([['stream-tradeoff.svg', svg]]);
}

function toJson(result: StreamResult, decision: Decision | null, { background }: StreamCase): string {
  const { parts, decision: _, ...rest } = result;
  const streams = background.map(({ name, seconds }) => ({ name, seconds }));
  const own = parts.map(({ labels, label, alarms, ...part }) => ({
    ...(label !== null && { label }),
    ...part,
    alarms: alarms.map(({ found, ...alarm }) => ({ ...alarm, label: labels[found] })),
  }));
  const measured = parts[0]!.label === null ? own[0] : { outputs: own };
  return `${JSON.stringify({ ...rest, ...measured, decision, background: streams }, null, 2)}\n`;
}
