import { inRam } from '../../ir/plan.js';
import { duration, frequency, percent, short, whole } from '../numbers.js';
import type { BoardTime, Report } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import { type Drawn, type Section, shortName } from './section.js';
import { chart, label, line, rectangle, scale } from './svg.js';

const WIDTH = 980;
const LEFT = 290;
const ROW = 26;

/** Time of a step on the boards of the core, at each of their clocks. */
export const boards: Section = { id: 'time', name: 'Time', draw };

function draw(report: Report): Drawn | null {
  const { boards: times, stepSeconds, computed } = report;
  if (times.length === 0) return null;
  const due = stepSeconds === null ? '' : ` A step is due every ${duration(stepSeconds)}.`;
  const energy = times.some((t) => t.energy !== null)
    ? ' Energy is cycles × µA/MHz × volts of the source named in the table: the processor alone, not measured.'
    : '';
  return {
    title: `Time of a step on boards with ${computed.core}`,
    note: html`Modelled, not measured on silicon. Grey is the clock after reset, which the firmware of rnnq keeps; blue is the fastest documented one. Pale ends are cycles of waiting for the flash; without them the figure is a lower bound.${inRam(computed.place ?? 'flash').code ? ' Code in RAM shares a bus with data on Cortex-M3 and M4, which is not modelled.' : ''}${due}${energy}`,
    body: html`${bars(times, stepSeconds)}${details('As a table', timesTable(times))}${stallsOf(report)}`,
  };
}

const DECADES: Readonly<Record<number, string>> = {
  [-7]: '100 ns',
  [-6]: '1 µs',
  [-5]: '10 µs',
  [-4]: '100 µs',
  [-3]: '1 ms',
  [-2]: '10 ms',
  [-1]: '100 ms',
  0: '1 s',
  1: '10 s',
};

function bars(times: readonly BoardTime[], step: number | null): Html {
  const height = times.length * ROW + 48;
  const all = [...times.map(({ seconds }) => seconds), ...(step === null ? [] : [step])];
  const low = Math.floor(Math.log10(Math.min(...all)) - 0.3);
  const high = Math.max(low + 2, Math.ceil(Math.log10(Math.max(...all)) + 0.1));
  const toX = scale([low, high], [LEFT, WIDTH - 190]);
  const at = (seconds: number): number => toX(Math.max(low, Math.log10(seconds)));
  const grid = Array.from({ length: high - low + 1 }, (_, i) => low + i).map(
    (e) =>
      html`${line(toX(e), 18, toX(e), height - 28)}${label(toX(e), height - 12, DECADES[e] ?? `1e${e} s`, 'axis', 'middle')}`,
  );
  const due =
    step === null
      ? NOTHING
      : html`${line(at(step), 14, at(step), height - 28, 'best')}${label(at(step) - 4, 10, `due every ${duration(step)}`, 's dim', 'end')}`;
  const rows = times.map((t, i) => {
    const y = 20 + i * ROW;
    const bare = t.cycles / t.hz;
    const colour = t.point === 'reset' ? 'c8' : 'c1';
    const title = `${t.board} at ${frequency(t.hz)}\n${duration(t.seconds)} a step: ${whole(t.cycles)} cycles${t.stalls === null ? ', zero wait states' : ` and ${whole(t.stalls)} of waiting`}${t.fits ? '' : '\ndoes not fit its memory'}${t.share === null ? '' : `\n${percent(t.share, 2)} of the time`}`;
    const end = at(t.seconds);
    const waiting =
      t.stalls === null || t.stalls === 0
        ? NOTHING
        : rectangle({ x: at(bare), y, width: Math.max(0, end - at(bare)), height: ROW - 10 }, colour, title, {
            'fill-opacity': 0.45,
          });
    const more = [
      t.share === null ? '' : ` · ${percent(t.share)} busy`,
      t.energy === null ? '' : ` · ${short(t.energy.joules * 1e6)} µJ`,
      t.fits ? '' : ' · too small',
    ].join('');
    return html`${label(LEFT - 8, y + 12, `${t.board}, ${frequency(t.hz)}`, 's', 'end')}${rectangle({ x: LEFT, y, width: Math.max(1, at(bare) - LEFT), height: ROW - 10 }, colour, title)}${waiting}${label(end + 6, y + 12, `${duration(t.seconds)}${more}`, 's')}`;
  });
  return chart(WIDTH, height, 'Time of a step on boards', [...grid, due, ...rows]);
}

const timesTable = (times: readonly BoardTime[]): Html =>
  table(
    ['board', 'clock', 'wait states', 'cycles', 'of waiting', 'time', 'share of the time', 'fits', 'energy', 'source'],
    times.map((t) => [
      t.board,
      { number: frequency(t.hz) },
      { number: t.waitStates === null ? '–' : String(t.waitStates) },
      { number: whole(t.cycles) },
      { number: t.stalls === null ? '–' : whole(t.stalls) },
      { number: duration(t.seconds) },
      { number: t.share === null ? '–' : percent(t.share, 2) },
      t.fits ? 'yes' : 'no',
      t.energy === null
        ? '–'
        : `${short(t.energy.joules * 1e6)} µJ: ${t.energy.microampsPerMHz} µA/MHz at ${t.energy.volts} V, ${t.energy.source}`,
      t.source,
    ]),
  );

/** Cycles of every call with and without waiting, at the points where the flash makes the processor wait. */
function stallsOf(report: Report): Html {
  const waiting = report.boards.filter(({ stalls }) => stalls !== null && stalls > 0);
  const steps = report.cycles?.steps ?? [];
  if (waiting.length === 0) return NOTHING;
  const rows = steps.map((step, i) => [
    `${i + 1}. ${shortName(report, step.name)}`,
    { number: whole(step.cycles?.max ?? 0) },
    ...waiting.map(({ stallsOfSteps }) => ({ number: `+${whole(stallsOfSteps?.[i] ?? 0)}` })),
  ]);
  const heads = waiting.map(({ board, hz }) => `${board}, ${frequency(hz)}`);
  const sources = waiting.map(({ board, waitStates, flash }) => [board, String(waitStates), flash ?? '']);
  return html`${details('Waiting for the flash, call by call', table(['call or loop', 'cycles', ...heads], rows))}${details(
    'How the flash of each board is modelled',
    table(['board', 'wait states', 'model'], sources),
  )}`;
}
