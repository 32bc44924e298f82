import type { MarkedStream } from '../data/sound/marks.js';
import type { Threshold } from '../decisions/decision.js';
import { type Matching, match } from './matching.js';
import { hoursFor, upperBound } from './rates.js';
import type { StreamReport, Trace } from './trace.js';

/** A stream that the network has seen. */
export interface TracedStream extends Omit<MarkedStream, 'samples'> {
  readonly seconds: number;
  readonly trace: Trace;
}

/** What is measured of a decision. */
export interface StreamCase {
  /** The words for what is reported, and whether it lasts (DecisionDef). */
  readonly labels: readonly string[];
  readonly lasting: boolean;
  /** Marks of classes, or of outputs, that may be reported. */
  readonly marked: readonly TracedStream[];
  /** Streams in which nothing is to be reported. */
  readonly background: readonly TracedStream[];
  /** Seconds after the end of a mark in which its report may come. */
  readonly tolerance: number;
}

/** How often something happened, and what that says of its rate. */
export interface FalseAlarms {
  readonly count: number;
  readonly hours: number;
  /** An hour. */
  readonly rate: number;
  /** Upper bound of the rate, with 95 %. */
  readonly bound: number;
}

/** Figures of one threshold. */
export interface StreamFigures {
  /** In the unit of model.json. */
  readonly threshold: number;
  readonly marks: number;
  /** Marks with a report of their class. */
  readonly hits: number;
  /** Reports of another class in the time of a mark without an answer. */
  readonly wrong: number;
  /** Reports in the marked streams that belong to no mark. */
  readonly between: number;
  /**
   * From the end of a mark to its report, seconds; negative where it comes before the end. Of what lasts: from the beginning. Null
   * without a hit.
   */
  readonly latency: { readonly median: number; readonly late: number } | null;
  /** Null without a background. */
  readonly falseAlarms: FalseAlarms | null;
}

/** False alarms in recordings of one rate, Hz. */
export interface RateFigures {
  readonly rate: number;
  readonly falseAlarms: FalseAlarms;
}

/** A false alarm of the background. */
export interface FalseAlarm extends StreamReport {
  readonly stream: string;
}

/** A sweep by ratios begins where so much is left of the reports of the lowest threshold: below, all is reported. */
const SATURATED = 0.9;
/** Share of the latencies that are below the one called late. */
const LATE = 0.95;

const reportsOf = ({ at, value, output }: Threshold, trace: Trace): StreamReport[] => trace.reports(at(value), output);

/** The marked streams, with the marks of one output alone where the threshold is that of one. */
const ownMarks = ({ output }: Threshold, { marked, labels }: StreamCase): readonly TracedStream[] =>
  output === null
    ? marked
    : marked.map((stream) => ({ ...stream, marks: stream.marks.filter(({ label }) => label === labels[output]) }));

/** Figures at the value of a threshold: of the whole decision, or of the output that it belongs to. */
export function measureThreshold(threshold: Threshold, own: StreamCase): StreamFigures {
  const { labels, lasting, tolerance, background } = own;
  const marked = ownMarks(threshold, own);
  const matchings = marked.map(({ trace, marks }) =>
    match(reportsOf(threshold, trace), marks, labels, tolerance, lasting),
  );
  const sum = (of: (matching: Matching) => number): number => matchings.reduce((all, one) => all + of(one), 0);
  const latencies = matchings
    .flatMap(({ answers }, i) =>
      answers.flatMap((answer, j) => {
        const { begin, end } = marked[i]!.marks[j]!;
        return answer === null ? [] : [answer.seconds - (lasting ? begin : end)];
      }),
    )
    .sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.ceil(share * latencies.length) - 1]!;
  return {
    threshold: threshold.value,
    marks: sum(({ answers }) => answers.length),
    hits: latencies.length,
    wrong: sum(({ wrong }) => wrong.length),
    between: sum(({ falseAlarms }) => falseAlarms.length),
    latency: latencies.length === 0 ? null : { median: at(0.5), late: at(LATE) },
    falseAlarms: background.length === 0 ? null : falseAlarmsOf(threshold, background),
  };
}

function falseAlarmsOf(threshold: Threshold, background: readonly TracedStream[]): FalseAlarms {
  const count = background.reduce((sum, { trace }) => sum + reportsOf(threshold, trace).length, 0);
  const hours = hoursOf(background);
  return { count, hours, rate: count / hours, bound: upperBound(count, hours) };
}

const hoursOf = (background: readonly TracedStream[]): number =>
  background.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;

/** What is reported of the background, in the order of the streams; values in the unit of the threshold. */
export const listFalseAlarms = (threshold: Threshold, { background }: StreamCase): FalseAlarm[] =>
  background.flatMap(({ name, trace }) =>
    reportsOf(threshold, trace).map(({ value, ...report }) => ({
      ...report,
      value: value * threshold.step,
      stream: name,
    })),
  );

/** False alarms in those recordings of the background whose rate is below that of the model: they lack high frequencies. */
export function lowRateAlarms(threshold: Threshold, { background }: StreamCase, sampleRate: number): RateFigures[] {
  const low = background.filter(({ rate }) => rate !== undefined && rate < sampleRate);
  return [...new Set(low.map(({ rate }) => rate!))].map((rate) => ({
    rate,
    falseAlarms: falseAlarmsOf(
      threshold,
      low.filter((one) => one.rate === rate),
    ),
  }));
}

/** Figures at thresholds up to the one from which on nothing is reported, in steps of equal differences or of equal ratios. */
export function sweep(threshold: Threshold, own: StreamCase, count: number): StreamFigures[] {
  const { step, spacing } = threshold;
  const reports = (value: number): number => countReports({ ...threshold, value }, own);
  const most = lowestThreshold(threshold, (value) => reports(value) === 0);
  const enough = SATURATED * reports(step);
  const first = spacing === 'ratios' ? lowestThreshold(threshold, (value) => reports(value) <= enough) : most / count;
  const valueAt = (share: number): number =>
    spacing === 'ratios' ? first * (most / first) ** share : first + share * (most - first);
  return Array.from({ length: count }, (_, i) => step * Math.max(1, Math.round(valueAt(i / (count - 1)) / step)))
    .filter((value, i, all) => value !== all[i - 1])
    .map((value) => measureThreshold({ ...threshold, value }, own));
}

const countReports = (threshold: Threshold, { marked, background }: StreamCase): number =>
  [...marked, ...background].reduce((sum, { trace }) => sum + reportsOf(threshold, trace).length, 0);

/** A threshold that holds a rate, and whether the background is long enough to say so. */
export interface ChosenThreshold {
  /** In the unit of model.json. */
  readonly threshold: number;
  readonly held: boolean;
  /** Hours of background that the rate takes at least. */
  readonly needed: number;
}

/**
 * The lowest threshold whose upper bound of false alarms (95 %) is at most `rate` an hour. Where the background is too short
 * for that, whatever the network does: the lowest one without a false alarm.
 */
export function chooseThreshold(own: Threshold, { background }: StreamCase, rate: number): ChosenThreshold {
  const at = (value: number): FalseAlarms => falseAlarmsOf({ ...own, value }, background);
  const needed = hoursFor(rate);
  const long = hoursOf(background) >= needed;
  const threshold = lowestThreshold(own, (value) => (long ? at(value).bound <= rate : at(value).count === 0));
  return { threshold, held: at(threshold).bound <= rate, needed };
}

/** The lowest threshold that is good enough; the largest one where none is. Higher ones are taken for better. */
function lowestThreshold({ step, largest }: Threshold, isGood: (threshold: number) => boolean): number {
  let [low, high] = [1, Math.floor(largest / step)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isGood(middle * step)) high = middle;
    else low = middle + 1;
  }
  return high * step;
}
