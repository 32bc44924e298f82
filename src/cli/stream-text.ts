import { percent } from '../accuracy.js';
import { plural } from '../data/diagnostics.js';
import { formatTable } from '../report/table.js';
import type { EndFigures } from '../streams/ends.js';
import type { ChosenThreshold, FalseAlarm, FalseAlarms, RateFigures, StreamFigures } from '../streams/evaluate.js';

/** What an evaluation of streams found. */
export interface StreamResult {
  /** What was listened to: `300 recordings with pauses of 0.5 s`. */
  readonly what: string;
  readonly seconds: number;
  readonly marks: number;
  /** Null: a network whose outputs say nothing by themselves. */
  readonly ends: EndFigures | null;
  /** Latency counts from the beginning of a mark. */
  readonly lasting: boolean;
  /** One line about the decision. */
  readonly decision: string;
  /** Of the whole decision, or of each output. */
  readonly parts: readonly StreamPart[];
}

/** What was found of one threshold. */
export interface StreamPart {
  readonly labels: readonly string[];
  /** Of the output; null: the threshold is that of all classes. */
  readonly label: string | null;
  readonly sweep: readonly StreamFigures[];
  /** Figures at the threshold of the model, or at the chosen one; null where there is none. */
  readonly figures: StreamFigures | null;
  readonly chosen: (ChosenThreshold & { readonly wish: number }) | null;
  readonly alarms: readonly FalseAlarm[];
  /** Of recordings that lack high frequencies. */
  readonly lowRates: readonly RateFigures[];
}

/** False alarms that are listed. */
const LISTED = 10;
/** Lines of the table of thresholds. */
const ROWS = 12;

export function streamText(result: StreamResult): string {
  const { what, seconds, marks, ends, lasting, decision, parts } = result;
  return [
    `${what}: ${(seconds / 60).toFixed(1)} minutes, ${plural(marks, 'mark')}`,
    ...(ends === null || marks === 0 ? [] : [endLine(ends)]),
    ...(lasting && marks > 0 ? ['latency counts from the beginning of a mark'] : []),
    `\n${decision}\n`,
    ...parts.flatMap(partLines),
  ].join('\n');
}

const endLine = ({ marks, streamed, reset }: EndFigures): string =>
  `right at the end of a mark: ${percent(streamed / marks)} in the stream, ${percent(reset / marks)} from reset before each mark`;

function partLines(part: StreamPart): string[] {
  const { labels, label, sweep, figures, chosen } = part;
  // one output, or anomalies alone, are never taken for another
  const table = (rows: readonly StreamFigures[]): string => tableOf(rows, label === null && labels.length > 1);
  return [
    ...(label === null ? [] : [`${label}:`]),
    table(thinned(sweep)),
    ...(figures === null ? [] : ['', table([figures]), ...alarmLines(part)]),
    ...(chosen === null ? [] : ['', chosenLine(chosen, figures!.falseAlarms!)]),
    '',
  ];
}

/** Some of many rows, the first and the last among them. */
const thinned = (rows: readonly StreamFigures[]): StreamFigures[] =>
  rows.filter(
    (_, i) =>
      rows.length <= ROWS || Math.floor((i * ROWS) / rows.length) !== Math.floor(((i - 1) * ROWS) / rows.length),
  );

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function tableOf(rows: readonly StreamFigures[], classes: boolean): string {
  const heard = rows.some(({ falseAlarms }) => falseAlarms !== null);
  return formatTable(
    [
      ...['threshold', 'missed', ...(classes ? ['wrong'] : []), 'between', 'latency, s'],
      ...(heard ? ['false alarms', 'an hour', 'at most (95 %)'] : []),
    ],
    rows.map(({ threshold, marks, hits, wrong, between, latency, falseAlarms: alarms }) => [
      ...[
        Number.isInteger(threshold) ? threshold : Number(threshold.toPrecision(4)),
        marks === 0 ? '-' : percent((marks - hits) / marks),
        ...(classes ? [wrong] : []),
        between,
        latency?.median.toFixed(3) ?? '-',
      ],
      ...(alarms === null ? [] : [alarms.count, short(alarms.rate), short(alarms.bound)]),
    ]),
  );
}

function alarmLines({ alarms, labels, lowRates }: StreamPart): string[] {
  const low = lowRates.map(
    ({ rate, falseAlarms: { count, hours, bound } }) =>
      `${count} of them in ${hours.toFixed(3)} hours recorded at ${rate} Hz, which lack high frequencies: at most ${short(bound)} an hour (95 %)`,
  );
  if (alarms.length === 0) return low;
  const rows = alarms
    .slice(0, LISTED)
    .map(({ stream, seconds, found }) => [stream, seconds.toFixed(3), labels[found]!]);
  const rest = alarms.length - rows.length;
  return [
    '',
    formatTable(['background', 'seconds', 'false alarm'], rows),
    ...(rest > 0 ? [`and ${rest} more`] : []),
    ...low,
  ];
}

function chosenLine({ wish, held, needed }: NonNullable<StreamPart['chosen']>, alarms: FalseAlarms): string {
  const { hours, bound, count } = alarms;
  const heard = `${count} false alarms in ${hours.toFixed(2)} hours of background`;
  if (held) return `${heard}: at most ${short(bound)} an hour (95 %), as asked for (${short(wish)})`;
  const short_ = hours < needed;
  const why = short_
    ? `${short(wish)} an hour takes ${needed.toFixed(1)} hours without one; the lowest threshold without a false alarm was chosen`
    : `no threshold holds ${short(wish)} an hour`;
  return `${heard}: at most ${short(bound)} an hour (95 %). ${why}`;
}
