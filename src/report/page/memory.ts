import { whole } from '../numbers.js';
import type { Report } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import { type Drawn, type Section, shortName } from './section.js';
import { type Colour, chart, label, line, rectangle, scale, shortened, ticks } from './svg.js';

const WIDTH = 980;
const HEIGHT = 300;
const LEFT = 60;
const RIGHT = WIDTH - 10;
const BOTTOM = HEIGHT - 40;
/** Narrower columns have no name below them. */
const MIN_COLUMN = 24;

/** RAM by address and lifetime, and the deepest call path. */
export const memory: Section = { id: 'ram', name: 'RAM', draw };

function draw(report: Report): Drawn {
  const { computed, measured } = report;
  const bytes = computed.stateBytes + computed.scratchBytes;
  const copied = measured === null ? 0 : measured.total.data;
  const deepest = [...(measured?.stack ?? [])].sort((a, b) => b.bytes - a.bytes)[0];
  const stack = deepest === undefined ? '' : `, and ${whole(deepest.bytes)} of stack`;
  return {
    title: `RAM: ${whole(bytes)} bytes${copied === 0 ? '' : ` and ${whole(copied)} copied from flash`}${stack}`,
    note: html`${copied === 0 ? '' : 'What start-up code copies from flash (--place) is not drawn. '}State and scratch are structures of the caller. From left to right the calls and loops of a step, from top to bottom addresses: the state, then the scratch. Arrays that never live at the same time share memory.`,
    body: html`${lifetimes(report)}${details('As a table', arraysTable(report))}${stackOf(report)}`,
  };
}

function lifetimes(report: Report): Html {
  const { memory: plan, computed } = report;
  const { stateBytes, scratchBytes } = computed;
  const count = Math.max(1, plan.steps.length);
  const column = (RIGHT - LEFT) / count;
  const toY = scale([0, Math.max(1, stateBytes + scratchBytes)], [8, BOTTOM]);
  const height = (bytes: number): number => Math.max(3, toY(bytes) - toY(0) - 1);
  const grid = ticks(0, stateBytes + scratchBytes, 6).map(
    (t) => html`${line(LEFT, toY(t), RIGHT, toY(t))}${label(LEFT - 6, toY(t) + 4, whole(t), 'axis', 'end')}`,
  );
  const named = (x: number, y: number, width: number, h: number, text: string, colour: Colour): Html => {
    const shown = h > 12 ? shortened(text, width - 8) : '';
    return shown === '' ? NOTHING : label(x + 5, y + 12, shown, `on-${colour} s`);
  };
  let at = 0;
  const state = plan.state.map(({ name, bytes }) => {
    const place = { x: LEFT, y: toY(at), width: RIGHT - LEFT, height: height(bytes) };
    at += bytes;
    const title = `${name}\nstate, ${whole(bytes)} bytes, lives from one time step to the next`;
    return html`${rectangle(place, 'c2', title)}${named(place.x, place.y, place.width, place.height, `${name} (state) ${whole(bytes)}`, 'c2')}`;
  });
  const scratch = plan.scratch.map(({ name, bytes, offset, from, to }) => {
    const colour: Colour = /_work$|work/.test(name) ? 'c4' : /acc/.test(name) ? 'c1' : 'c3';
    const place = {
      x: LEFT + from * column + 1,
      y: toY(stateBytes + offset),
      width: Math.max(1, (Math.min(to, count - 1) - from + 1) * column - 2),
      height: height(bytes),
    };
    const lives = `from ${shortName(report, plan.steps[from] ?? '')} to ${shortName(report, plan.steps[to] ?? 'the end')}`;
    const title = `${name}\n${whole(bytes)} bytes at scratch + ${whole(offset)}\n${lives}`;
    return html`${rectangle(place, colour, title)}${named(place.x, place.y, place.width, place.height, `${name} ${whole(bytes)}`, colour)}`;
  });
  const names = plan.steps.map((step, i) => {
    if (column < MIN_COLUMN) return NOTHING;
    const x = LEFT + i * column + 4;
    return html`${label(x, BOTTOM + 16, shortened(shortName(report, step).replace(/^matvec_/, ''), column - 6), 's')}${label(x, BOTTOM + 32, shortened(`${whole(liveAt(report, i))} live`, column - 6), 's dim')}`;
  });
  return chart(WIDTH, HEIGHT, 'RAM by address and lifetime', [...grid, ...state, ...scratch, ...names]);
}

const liveAt = ({ memory: { scratch } }: Report, step: number): number =>
  scratch.reduce((sum, { bytes, from, to }) => sum + (from <= step && step <= to ? bytes : 0), 0);

const arraysTable = ({ memory: { state, scratch, steps } }: Report): Html =>
  table(
    ['array', 'where', 'lives', 'bytes'],
    [
      ...state.map(({ name, bytes }) => [name, 'state', 'always', { number: whole(bytes) }]),
      ...scratch.map(({ name, bytes, offset, from, to }) => [
        name,
        `scratch + ${whole(offset)}`,
        `${steps[from] ?? ''} to ${steps[to] ?? 'the end'}`,
        { number: whole(bytes) },
      ]),
    ],
  );

function stackOf(report: Report): Html {
  const stack = [...(report.measured?.stack ?? [])].sort((a, b) => b.bytes - a.bytes);
  const [deepest] = stack;
  if (deepest === undefined) return NOTHING;
  const path = deepest.path.map((name) => html`<li>${shortName(report, name)}</li>`);
  const rows = stack.map(({ entryPoint, bytes, path: calls }) => [
    shortName(report, entryPoint),
    calls.map((name) => shortName(report, name)).join(' → '),
    { number: whole(bytes) },
  ]);
  return html`<h3>Deepest call path: ${whole(deepest.bytes)} bytes of stack</h3><ol class="path">${path}</ol>${details('Every entry point', table(['function', 'path', 'bytes'], rows))}`;
}
