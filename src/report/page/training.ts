import { short, whole } from '../numbers.js';
import type { Report } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import type { Drawn, Section } from './section.js';
import { chart, label, line, mark, polyline, scale, thinned, ticks } from './svg.js';

const SIZE = { width: 480, height: 230, left: 52, right: 384, top: 26, bottom: 198 };

type Curve = Report['training']['curves'][number];
type Points = Curve['training'];

/** Figures of the training over updates, and what the trainer wrote into the model. */
export const training: Section = { id: 'training', name: 'Training', draw };

function draw({ training: { facts, curves } }: Report): Drawn | null {
  const entries = Object.entries(facts);
  if (entries.length === 0 && curves.length === 0) return null;
  const kept = typeof facts.bestStep === 'number' ? facts.bestStep : null;
  const note =
    curves.length === 0
      ? 'Without the run folder (--run) there are no curves.'
      : kept === null
        ? ''
        : `Dashed: the network that was kept, of update ${whole(kept)}.`;
  const list = table(
    ['fact', 'value'],
    entries.map(([name, value]) => [name, String(value)]),
  );
  return {
    title: 'Training',
    note: html`${note}`,
    body: html`<div class="two">${curves.map((curve) => panel(curve, kept))}</div>${entries.length === 0 ? NOTHING : details('What the trainer wrote into the model', list)}`,
  };
}

/** Most points of a curve that a reader can walk to, and corners of its line. */
const MAX_DOTS = 24;
const MAX_CORNERS = 200;

function panel({ name, training: first, validation: second }: Curve, kept: number | null): Html {
  const all = [...first, ...second];
  const values = all.map(([, v]) => v);
  const [low, high] = [Math.min(0, ...values), Math.max(...values)];
  const last = Math.max(1, ...all.map(([u]) => u));
  const toX = scale([0, last], [SIZE.left, SIZE.right]);
  const toY = scale([low, high > low ? high : low + 1], [SIZE.bottom, SIZE.top]);
  const grid = [
    ...ticks(low, high > low ? high : low + 1, 4).map(
      (t) =>
        html`${line(SIZE.left, toY(t), SIZE.right, toY(t))}${label(SIZE.left - 6, toY(t) + 4, short(t), 'axis', 'end')}`,
    ),
    ...ticks(0, last, 4).map((t) => label(toX(t), SIZE.height - 12, whole(t), 'axis', 'middle')),
    label(SIZE.left, 14, name, 's b'),
    kept === null ? NOTHING : line(toX(kept), SIZE.top, toX(kept), SIZE.bottom, 'best'),
  ];
  const drawn = (points: Points, what: string, colour: 'c1' | 'c8', shift: number): Html => {
    const end = points.at(-1);
    if (end === undefined) return NOTHING;
    const dots = thinned(points, MAX_DOTS).map(([u, v]) =>
      mark('circle', { cx: toX(u), cy: toY(v), r: 2.4 }, colour, `${what}, update ${whole(u)}\n${name} ${short(v)}`),
    );
    return html`${polyline(
      thinned(points, MAX_CORNERS).map(([u, v]) => [toX(u), toY(v)] as const),
      `l-${colour}`,
    )}${dots}${label(SIZE.right + 8, toY(end[1]) + 4 + shift, what, `s t-${colour}`)}`;
  };
  const ends = [first.at(-1), second.at(-1)].map((end) => (end === undefined ? 0 : toY(end[1])));
  const near = Math.abs(ends[0]! - ends[1]!) < 13 ? 7 : 0;
  const up = ends[0]! <= ends[1]! ? -near : near;
  return chart(SIZE.width, SIZE.height, `${name} over updates`, [
    ...grid,
    drawn(first, 'training', 'c8', up),
    drawn(second, 'validation', 'c1', -up),
  ]);
}
