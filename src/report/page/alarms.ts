import type { Evaluation, StreamPoint } from '../evaluation.js';
import { duration, percent, short, whole } from '../numbers.js';
import type { Report } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import type { Drawn, Section } from './section.js';
import { type Colour, chart, label, legend, line, mark, polyline, scale, thinned, ticks } from './svg.js';

const FRAME = { width: 980, height: 330, left: 70, right: 950, top: 16, bottom: 276 };
const COLOURS: readonly Colour[] = ['c1', 'c5', 'c2', 'c4', 'c7', 'c8'];
/** Points of a curve that a reader can walk to, and rows of a table of thresholds. */
const MAX_DOTS = 24;
const MAX_ROWS = 16;

/** The detection error tradeoff of a model that listens to a stream: marks that are missed over false alarms. */
export const alarms: Section = { id: 'alarms', name: 'False alarms', draw };

type Heard = StreamPoint & { readonly falseAlarms: NonNullable<StreamPoint['falseAlarms']> };
const isHeard = (point: StreamPoint): point is Heard => point.falseAlarms !== null;

const missed = ({ marks, hits }: StreamPoint): number => (marks === 0 ? 0 : (marks - hits) / marks);

function draw({ evaluation }: Report): Drawn | null {
  if (evaluation === null) return null;
  const { what, seconds, parts } = evaluation;
  const hours = parts[0]?.sweep.find(isHeard)?.falseAlarms.hours;
  const heard = hours === undefined ? 'No background was heard' : `${short(hours)} hours of background`;
  const own = parts.flatMap(({ figures }) => figures ?? []);
  const marks = parts.reduce((sum, part) => sum + part.sweep[0]!.marks, 0);
  return {
    title: own.length === 1 ? `At threshold ${level(own[0]!)}: ${summary(own[0]!)}` : 'False alarms and misses',
    note: html`${what}, ${duration(seconds)}; ${heard}. False alarms an hour are upper bounds that hold with 95 % (Poisson): the count may be 0, the bound is not.`,
    body: html`${hours === undefined || marks === 0 ? NOTHING : tradeoff(evaluation)}${parts.map(thresholds)}`,
  };
}

const summary = (point: StreamPoint): string =>
  [
    ...(point.marks === 0 ? [] : [`${percent(missed(point))} missed`]),
    ...(isHeard(point) ? [`at most ${short(point.falseAlarms.bound)} false alarms an hour`] : []),
  ].join(', ');

/** A threshold in codes, or a real one. */
const level = ({ threshold }: StreamPoint): string =>
  Number.isInteger(threshold) ? whole(threshold) : short(threshold);

/** One curve for each threshold of the decision; false alarms on a logarithmic axis, the model's own threshold a larger dot. */
function tradeoff({ parts }: Evaluation): Html {
  const curves = parts.map(({ label: name, sweep, figures }, k) => ({
    name: name ?? 'thresholds',
    colour: COLOURS[k % COLOURS.length]!,
    points: sweep.filter(isHeard),
    own: figures !== null && isHeard(figures) ? figures : null,
  }));
  const all = curves.flatMap(({ points, own }) => [...points, ...(own === null ? [] : [own])]);
  const bounds = all.map(({ falseAlarms }) => Math.log10(falseAlarms.bound));
  const low = Math.floor(Math.min(...bounds));
  const high = Math.max(low + 1, Math.ceil(Math.max(...bounds)));
  const most = Math.max(0.1, ...all.map(missed));
  const toX = scale([low, high], [FRAME.left, FRAME.right]);
  const toY = scale([0, most], [FRAME.bottom, FRAME.top]);
  const at = (point: Heard) => [toX(Math.log10(point.falseAlarms.bound)), toY(missed(point))] as const;
  const grid = [
    ...Array.from({ length: high - low + 1 }, (_, i) => low + i).map(
      (e) =>
        html`${line(toX(e), FRAME.top, toX(e), FRAME.bottom)}${label(toX(e), FRAME.bottom + 18, short(10 ** e), 'axis', 'middle')}`,
    ),
    ...ticks(0, most).map(
      (t) =>
        html`${line(FRAME.left, toY(t), FRAME.right, toY(t))}${label(FRAME.left - 8, toY(t) + 4, percent(t, 0), 'axis', 'end')}`,
    ),
    label((FRAME.left + FRAME.right) / 2, FRAME.height - 12, 'false alarms an hour, at most (95 %)', 'axis', 'middle'),
    label(FRAME.left + 6, FRAME.top + 12, 'missed', 'axis'),
  ];
  const drawn = curves.map(({ name, colour, points, own }) => {
    const dots = [
      ...thinned(points, MAX_DOTS).map((point) => [point, 2.6] as const),
      ...(own === null ? [] : [[own, 6] as const]),
    ];
    const marks = dots.map(([point, r]) => {
      const { count, hours, rate } = point.falseAlarms;
      const title = `${name}: threshold ${level(point)}\n${summary(point)}\n${whole(count)} in ${short(hours)} hours, ${short(rate)} an hour`;
      const [cx, cy] = at(point);
      return mark('circle', { cx, cy, r }, colour, title);
    });
    return html`${polyline(points.map(at), `l-${colour}`)}${marks}`;
  });
  const names = curves.map(
    ({ colour, name, own }) => [colour, own === null ? name : `${name}, large: the model's own`] as const,
  );
  return html`${legend(names)}${chart(FRAME.width, FRAME.height, 'Missed over false alarms', [...grid, ...drawn])}`;
}

function thresholds({ label: name, sweep }: Evaluation['parts'][number]): Html {
  const body = thinned(sweep, MAX_ROWS).map((point) => {
    const { wrong, between, latency, falseAlarms } = point;
    return [
      { number: level(point) },
      { number: point.marks === 0 ? '–' : percent(missed(point)) },
      { number: whole(wrong) },
      { number: whole(between) },
      { number: latency === null ? '–' : `${latency.median.toFixed(3)} s` },
      { number: falseAlarms === null ? '–' : whole(falseAlarms.count) },
      { number: falseAlarms === null ? '–' : short(falseAlarms.bound) },
    ];
  });
  const heads = ['threshold', 'missed', 'wrong class', 'between marks', 'latency', 'false alarms', 'an hour, at most'];
  return details(`${name === null ? 'Thresholds' : `Thresholds of ${name}`} as a table`, table(heads, body));
}
