import { writeModel } from '../compiler/1-read/write-model.js';
import { compile } from '../compiler/compile.js';
import type { MarkedStream } from '../data/sound/marks.js';
import { readBackground, readMarkedStreams } from '../data/sound/stream.js';
import { stringTogether } from '../data/sound/strung.js';
import { frontEndMissing, streamClassesMissing } from '../decisions/diagnostics.js';
import { decisionDef } from '../decisions/index.js';
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
  measureDecision,
  type StreamCase,
  type StreamFigures,
  sweep,
} from '../streams/evaluate.js';
import { Trace } from '../streams/trace.js';
import { readModelText } from './input-file.js';
import { checkOutput, writeOutput } from './model-output.js';
import { runOf, savePlots } from './run-plots.js';
import type { StreamOptions } from './stream-options.js';
import { type StreamResult, streamText } from './stream-text.js';
import { loadTestData } from './test-data.js';

const DEFAULTS = { pause: 0.5, tolerance: 0.75, smoothing: 3, refractory: 0.5 } as const;
/** The label of the class that is never reported, where the model's decision names no other. */
const BACKGROUND = 'background';
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
  if (model.input.frontEnd?.channels !== 1) fail(frontEndMissing());
  if ((model.task ?? 'classify') !== 'classify') fail(streamClassesMissing(model.task!));
  const folder = runOf(path, options.run);
  if (wish !== undefined) checkOutput(path, output, options.force ?? false);
  const decision = decisionOf(model, options);
  const { background, marked, what } = await readStreams(model, decision, options);
  const traced = <S extends MarkedStream>(streams: readonly S[]) =>
    streams.map((stream) => ({ ...stream, ...traceOf(model, program, stream) }));
  const own = { labels: model.labels, marked: traced(marked), background: traced(background), tolerance };
  const chosen = wish === undefined ? null : { ...chooseThreshold(decision, own, wish), wish };
  const settled = chosen !== null ? { ...decision, threshold: chosen.threshold } : model.decision && decision;
  const result: StreamResult = {
    ...{ what, labels: model.labels, chosen, ends: measureEnds(model, program, own.marked) },
    seconds: own.marked.reduce((sum, { seconds }) => sum + seconds, 0),
    decision: decisionDef(decision).describe(settled ?? decision, model.labels),
    sweep: sweep(decision, own, SWEPT),
    figures: settled === undefined ? null : measureDecision(settled, own),
    alarms: settled === undefined ? [] : listFalseAlarms(settled, own),
    lowRates: settled === undefined ? [] : lowRateAlarms(settled, own, model.input.frontEnd.sampleRate),
  };
  process.stdout.write(options.json ? toJson(result, settled ?? null, own) : streamText(result));
  if (folder !== null && background.length > 0) await savePlots(folder, tradeoff(model.name, result.sweep));
  if (chosen === null) return;
  await writeOutput(output, writeModel({ ...model, decision: settled! }));
  process.stderr.write(`${output}: threshold ${chosen.threshold}\n`);
}

const traceOf = (model: Model, program: Program, { samples }: MarkedStream) => ({
  trace: new Trace(model, program, samples),
  seconds: samples.length / model.input.frontEnd!.sampleRate,
});

/** The model's decision with what is asked for instead; its threshold is the least where it has none. */
function decisionOf({ decision, labels, input }: Model, { smoothing, refractory }: StreamOptions): Decision {
  const rate = outputOf(input.frontEnd!).rate;
  const steps = (seconds: number): number => Math.min(65535, Math.round(seconds * rate));
  const background = labels.indexOf(BACKGROUND);
  const first: Decision = decision ?? {
    ...{ kind: 'margin', smoothing: DEFAULTS.smoothing, threshold: 1, refractory: steps(DEFAULTS.refractory) },
    ...(background >= 0 && { background }),
  };
  return {
    ...first,
    ...(smoothing !== undefined && { smoothing }),
    ...(refractory !== undefined && { refractory: steps(refractory) }),
  };
}

/** The background, and what is to be recognised: recordings with marks, or the test part of labelled ones as one stream. */
async function readStreams(model: Model, decision: Decision, options: StreamOptions) {
  const { data, channel, resample, pause = DEFAULTS.pause } = options;
  const { labels } = model;
  const frontEnd = model.input.frontEnd!;
  const wishes = { frontEnd, channel, resample };
  const never = labels[decision.background ?? -1];
  const reported = labels.filter((label) => label !== never);
  const background = options.background === undefined ? [] : readBackground(options.background, wishes, reported);
  const marked = readMarkedStreams(data, wishes, labels, never);
  if (marked !== null) {
    if (options.pause !== undefined)
      fail({ ...badValue('--pause', 'has no meaning for recordings with marks'), usage: false });
    return { background, marked, what: `${data}: ${marked.length} recordings with marks` };
  }
  const { test, task } = await loadTestData(data, options, model, { samples: true });
  const words = test.samples!.map((samples, i) => ({ samples, label: task.labels[test.targets[i]!.at(-1)!]! }));
  const stream = stringTogether(
    words.filter(({ label }) => label !== never),
    { sampleRate: frontEnd.sampleRate, pause, background: background.map(({ samples }) => samples), seed: 1 },
  );
  const between = background.length > 0 ? 'of background' : 'of quiet noise';
  return {
    background,
    marked: [stream],
    what: `${stream.marks.length} test recordings, ${pause} s ${between} between them`,
  };
}

/** The detection error tradeoff as a plot: name of the file -> SVG. */
function tradeoff(name: string, figures: readonly StreamFigures[]): ReadonlyMap<string, string> {
  const curve = {
    label: 'thresholds',
    x: figures.map(({ falseAlarms }) => falseAlarms!.rate),
    y: figures.map(({ hits, marks }) => 1 - hits / marks),
  };
  const svg = plotSvg(`${name}: missed over false alarms`, 'false alarms an hour', 'share missed', [curve]);
  return new Map([['stream-tradeoff.svg', svg]]);
}

function toJson(result: StreamResult, decision: Decision | null, { background }: StreamCase): string {
  const { labels, alarms, decision: _, ...rest } = result;
  const named = alarms.map(({ found, ...alarm }) => ({ ...alarm, label: labels[found] }));
  const streams = background.map(({ name, seconds }) => ({ name, seconds }));
  return `${JSON.stringify({ ...rest, decision, background: streams, alarms: named }, null, 2)}\n`;
}
