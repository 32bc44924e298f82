import { percent, short, whole } from '../numbers.js';
import type { Plot } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import { chart, label, legend, line, mark, polyline, rectangle, scale, shortened, thinned, ticks } from './svg.js';

type PlotOf<K extends Plot['kind']> = Extract<Plot, { kind: K }>;

/** How each kind of plot of a task is drawn; a task gives data of a kind, or brings a new kind with its row here. */
const PLOTS: { readonly [K in Plot['kind']]: (plot: PlotOf<K>) => Html } = {
  confusion: drawConfusion,
  scatter: drawScatter,
  curves: drawCurves,
};

export const drawPlot = (plot: Plot): Html => (PLOTS[plot.kind] as (plot: Plot) => Html)(plot);

/** More classes are shown as a table of recall and precision alone. */
const MAX_CLASSES = 40;

const share = (part: number, all: number): string => (all === 0 ? '–' : percent(part / all));

function drawConfusion({ labels, counts }: PlotOf<'confusion'>): Html {
  const n = labels.length;
  const totals = counts.map((row) => row.reduce((sum, v) => sum + v, 0));
  const decided = labels.map((_, j) => counts.reduce((sum, row) => sum + row[j]!, 0));
  const classes = table(
    ['class', 'count', 'recall', 'precision'],
    labels.map((name, k) => [
      name,
      { number: whole(totals[k]!) },
      { number: share(counts[k]![k]!, totals[k]!) },
      { number: share(counts[k]![k]!, decided[k]!) },
    ]),
  );
  if (n > MAX_CLASSES) return html`<h3>Recall and precision</h3>${details(`${n} classes as a table`, classes)}`;
  const cell = Math.max(14, Math.min(34, 470 / n));
  const left = 84;
  const top = 64;
  const titles = [
    label(left + (n * cell) / 2, 14, 'decided', 'axis', 'middle'),
    html`<text x="12" y="${top + (n * cell) / 2}" class="axis" text-anchor="middle" transform="rotate(-90 12 ${top + (n * cell) / 2})">true class</text>`,
  ];
  const rows = labels.map((name, i) => {
    const names = html`${label(left - 8, top + i * cell + cell / 2 + 4, shortened(name, left - 28), 's', 'end')}<text class="s" transform="translate(${left + i * cell + cell / 2 + 4} ${top - 6}) rotate(-60)">${shortened(name, 44)}</text>`;
    const cells = labels.map((other, j) => {
      const count = counts[i]![j]!;
      const part = totals[i] === 0 ? 0 : count / totals[i]!;
      const colour = count === 0 ? 'empty' : i === j ? 'c1' : 'c5';
      const place = { x: left + j * cell, y: top + i * cell, width: cell - 1.5, height: cell - 1.5 };
      const opacity = count === 0 ? 1 : 0.3 + 0.7 * Math.sqrt(part);
      const title = `true ${name}, decided ${other}\n${whole(count)} of ${whole(totals[i]!)} (${percent(part)})`;
      const square = rectangle(place, colour, title, { rx: 2, 'fill-opacity': opacity });
      const text = String(count);
      const room = count > 0 && text.length * 6.6 < cell;
      const style = `s${opacity > 0.7 ? ` on-${colour}` : ''}`;
      return html`${square}${room ? label(place.x + place.width / 2, place.y + cell / 2 + 3, text, style, 'middle') : NOTHING}`;
    });
    return html`${names}${cells}`;
  });
  const size = n * cell;
  const matrix = chart(Math.min(600, left + size + 40), top + size + 6, 'Confusion matrix', [...titles, ...rows]);
  return html`<div class="two"><div><h3>Confusion</h3>${matrix}</div><div><h3>Recall and precision</h3>${classes}</div></div>`;
}

/** Most points of a plot; more of them are thinned out evenly. */
const MAX_POINTS = 400;
/** Most points of all curves of a plot that a reader can walk to, corners of their lines, and rows of their table. */
const MAX_DOTS = 32;
const MAX_CORNERS = 320;
const MAX_ROWS = 24;

/** The name of an axis without its explanation: `found, share of the class` -> `found`. */
const brief = (axis: string): string => axis.split(',')[0]!;

const FRAME = { width: 480, height: 320, left: 60, right: 460, top: 16, bottom: 272 };

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf(values: readonly number[]): Range {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { low: 0, high: 1 };
  return low === high ? { low: low - 0.5, high: high + 0.5 } : { low, high };
}

/** Axes with grid, numbers and names. */
function axes(x: Range, y: Range, names: { readonly x: string; readonly y: string }) {
  const toX = scale([x.low, x.high], [FRAME.left, FRAME.right]);
  const toY = scale([y.low, y.high], [FRAME.bottom, FRAME.top]);
  const body = [
    ...ticks(x.low, x.high).map(
      (t) =>
        html`${line(toX(t), FRAME.top, toX(t), FRAME.bottom)}${label(toX(t), FRAME.bottom + 16, short(t), 'axis', 'middle')}`,
    ),
    ...ticks(y.low, y.high).map(
      (t) =>
        html`${line(FRAME.left, toY(t), FRAME.right, toY(t))}${label(FRAME.left - 6, toY(t) + 4, short(t), 'axis', 'end')}`,
    ),
    label((FRAME.left + FRAME.right) / 2, FRAME.height - 12, names.x, 'axis', 'middle'),
    html`<text x="12" y="${(FRAME.top + FRAME.bottom) / 2}" class="axis" text-anchor="middle" transform="rotate(-90 12 ${(FRAME.top + FRAME.bottom) / 2})">${names.y}</text>`,
  ];
  return { toX, toY, body };
}

function drawScatter({ name, unit, points }: PlotOf<'scatter'>): Html {
  const range = rangeOf(points.flat());
  const named = (what: string): string => `${what}${unit === '' ? '' : `, ${unit}`}`;
  const { toX, toY, body } = axes(range, range, { x: named('true'), y: named('predicted') });
  const diagonal = polyline(
    [
      [toX(range.low), toY(range.low)],
      [toX(range.high), toY(range.high)],
    ],
    'best',
  );
  const shown = thinned(points, MAX_POINTS);
  const dots = shown.map(([real, predicted]) =>
    mark(
      'circle',
      { cx: toX(real), cy: toY(predicted), r: 2.6, 'fill-opacity': 0.7 },
      'c1',
      `true ${short(real)} ${unit}\npredicted ${short(predicted)} ${unit}`,
    ),
  );
  const note =
    shown.length < points.length
      ? html`<p class="note">${shown.length} of ${whole(points.length)} points.</p>`
      : NOTHING;
  const data = table(
    ['true', 'predicted', 'error'],
    thinned(points, 60).map(([a, b]) => [{ number: short(a) }, { number: short(b) }, { number: short(b - a) }]),
  );
  return html`<div class="plot"><h3>${name}: predicted against true</h3>${note}${chart(FRAME.width, FRAME.height, `${name}: predicted against true`, [...body, diagonal, ...dots])}</div>${details('As a table', data)}`;
}

const CURVE_COLOURS = ['c1', 'c5', 'c2', 'c4', 'c7', 'c8'] as const;

function drawCurves({ title, x, y, curves }: PlotOf<'curves'>): Html {
  const points = curves.flatMap((curve) => curve.points);
  const { toX, toY, body } = axes(rangeOf(points.map(([a]) => a)), rangeOf(points.map(([, b]) => b)), { x, y });
  const each = (most: number): number => Math.max(2, Math.floor(most / curves.length));
  const lines = curves.map((curve, k) => {
    const colour = CURVE_COLOURS[k % CURVE_COLOURS.length]!;
    const dots = thinned(curve.points, each(MAX_DOTS)).map(([a, b]) =>
      mark(
        'circle',
        { cx: toX(a), cy: toY(b), r: 2.4 },
        colour,
        `${curve.name}\n${brief(x)} ${short(a)}, ${brief(y)} ${short(b)}`,
      ),
    );
    return html`${polyline(
      thinned(curve.points, each(MAX_CORNERS)).map(([a, b]) => [toX(a), toY(b)] as const),
      `l-${colour}`,
    )}${dots}`;
  });
  const data = table(
    ['curve', x, y],
    curves.flatMap((curve) =>
      thinned(curve.points, each(MAX_ROWS)).map(([a, b]) => [curve.name, { number: short(a) }, { number: short(b) }]),
    ),
  );
  const names = curves.map((curve, k) => [CURVE_COLOURS[k % CURVE_COLOURS.length]!, curve.name] as const);
  return html`<div class="plot"><h3>${title}</h3>${legend(names)}${chart(FRAME.width, FRAME.height, title, [...body, ...lines])}</div>${details('As a table', data)}`;
}
