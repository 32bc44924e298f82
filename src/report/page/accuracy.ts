import { interval } from '../facts.js';
import { measureTitle } from '../figures.js';
import { figure, percent, whole } from '../numbers.js';
import type { Measure, Report } from '../schema.js';
import { type Html, html, table } from './html.js';
import { drawPlot } from './plots.js';
import type { Drawn, Section } from './section.js';
import { chart, label, line, mark, scale, ticks } from './svg.js';

const WIDTH = 980;
const LEFT = 260;
const ROW = 30;

/** The three networks side by side: the float one, the quantized one in float arithmetic, the integers of the chip. */
export const accuracy: Section = { id: 'accuracy', name: 'Accuracy', draw };

function draw({ accuracy: result }: Report): Drawn | null {
  const first = result?.measures[0];
  if (result === null || first === undefined) return null;
  const titled = measureTitle(first.name);
  const { sequences, changed, data, measures, plots } = result;
  return {
    title: `${titled[0]!.toUpperCase()}${titled.slice(1)}: ${figure(first.fixed, first.unit)} in fixed point`,
    note: html`${whole(sequences)} sequences of the test part of ${data}, ${whole(first.count)} decisions; quantized network and fixed point differ on ${whole(changed)}.${first.float === null ? ' The float network was not trained.' : ''}${first.unit === 'share' ? ' Bars are 95 % intervals (Wilson), for decisions that do not depend on each other.' : ''}`,
    body: html`${first.unit === 'share' ? intervals(first) : html``}${figures(measures)}${plots.map(drawPlot)}`,
  };
}

const networks = ({ float, quantized, fixed }: Measure): (readonly [string, number])[] => [
  ...(float === null ? [] : [['float network', float] as const]),
  ['quantized weights, float arithmetic', quantized],
  ['fixed point: the integers of the chip', fixed],
];

function intervals(measure: Measure): Html {
  const rows = networks(measure).map(([name, value]) => ({ name, value, ...interval(value, measure.count) }));
  const low = Math.max(0, Math.floor(20 * Math.min(...rows.map((row) => row.low))) / 20);
  const toX = scale([low, 1], [LEFT, WIDTH - 160]);
  const bottom = rows.length * ROW;
  const grid = ticks(low, 1).map(
    (t) => html`${line(toX(t), 2, toX(t), bottom)}${label(toX(t), bottom + 16, percent(t, 0), 'axis', 'middle')}`,
  );
  const bars = rows.map(({ name, value, low: from, high }, i) => {
    const y = 15 + i * ROW;
    const title = `${name}\n${percent(value, 2)} of ${whole(measure.count)}\n95 % interval ${percent(from, 2)} to ${percent(high, 2)}`;
    return html`${label(LEFT - 10, y + 4, name, 's', 'end')}${line(toX(from), y, toX(high), y, 'error')}${mark('circle', { cx: toX(value), cy: y, r: 6 }, i === rows.length - 1 ? 'c1' : 'c8', title)}${label(toX(high) + 10, y + 4, percent(value), 's b')}`;
  });
  return chart(WIDTH, bottom + 22, `${measureTitle(measure.name)} of the networks`, [...grid, ...bars]);
}

const figures = (measures: readonly Measure[]): Html =>
  table(
    ['figure', 'float', 'quantized', 'fixed point', '95 % interval'],
    measures.map(({ name, unit, float, quantized, fixed, count }) => {
      const { low, high } = interval(unit === 'share' ? fixed : 0, count);
      return [
        measureTitle(name),
        { number: float === null ? '–' : figure(float, unit) },
        { number: figure(quantized, unit) },
        { number: figure(fixed, unit) },
        { number: unit === 'share' ? `${percent(low)} to ${percent(high)}` : '–' },
      ];
    }),
  );
