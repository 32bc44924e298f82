import { percent, whole } from '../numbers.js';
import type { Report } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import { type Drawn, layerName, type Section, shortName } from './section.js';
import { type Colour, chart, label, line, rectangle, scale, shortened, ticks } from './svg.js';

const WIDTH = 980;
const LEFT = 240;
const ROW = 24;
/** Colours of layers in the bar, one after the other. */
const LAYERS: readonly Colour[] = ['c8', 'c1', 'c2', 'c4', 'c3'];

/** Cycles of a step: by layer, and by call and loop in the order of execution. */
export const cycles: Section = { id: 'cycles', name: 'Cycles', draw };

interface Bar {
  readonly name: string;
  readonly layer: string;
  readonly kind: 'call' | 'loop';
  readonly value: number;
  readonly instructions: number;
}

function draw(report: Report): Drawn | null {
  const counted = report.cycles;
  if (counted === null) return null;
  const modelled = counted.cycles !== null;
  const unit = modelled ? 'cycles' : 'instructions';
  const total = (counted.cycles ?? counted.instructions).max;
  const bars = counted.steps.map(
    (step): Bar => ({
      name: shortName(report, step.name),
      layer: layerName(report, step.origin),
      kind: step.kind,
      value: (step.cycles ?? step.instructions).max,
      instructions: step.instructions.max,
    }),
  );
  const how =
    counted.model === null
      ? 'this QEMU takes no plugins, so there are no cycles'
      : `cycles are modelled with zero wait states: ${counted.model.source}; error: ${counted.model.error}`;
  return {
    title: `${modelled ? 'Cycles' : 'Instructions'} of a step: ${whole(total)}`,
    note: html`On ${counted.core}, in the order of execution; the most of ${counted.count} steps. Instructions are counted in QEMU and exact; ${how}.`,
    body: html`${layersBar(bars, total, unit)}${stepsChart(bars, total, unit)}${details('As a table', stepsTable(bars, total))}${choices(report)}`,
  };
}

function layersBar(bars: readonly Bar[], total: number, unit: string): Html {
  const names = [...new Set(bars.map(({ layer }) => layer))];
  let x = 0;
  const body = names.map((name, i) => {
    const value = bars.filter(({ layer }) => layer === name).reduce((sum, bar) => sum + bar.value, 0);
    const width = (value / total) * WIDTH;
    const colour = LAYERS[i % LAYERS.length]!;
    const drawn = html`${rectangle(
      { x, y: 0, width: Math.max(0.5, width - 1.5), height: 26 },
      colour,
      `${name}\n${whole(value)} ${unit}, ${percent(value / total)}`,
      { rx: 2 },
    )}${label(x + 6, 17, shortened(`${name} ${percent(value / total, 0)}`, width - 10), `on-${colour} s`)}`;
    x += width;
    return drawn;
  });
  return chart(WIDTH, 26, `${unit} by layer`, body);
}

function stepsChart(bars: readonly Bar[], total: number, unit: string): Html {
  const height = bars.length * ROW + 34;
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const toX = scale([0, most], [LEFT, WIDTH - 170]);
  const grid = ticks(0, most).map(
    (t) => html`${line(toX(t), 6, toX(t), height - 26)}${label(toX(t), height - 10, whole(t), 'axis', 'middle')}`,
  );
  const rows = bars.map((bar, i) => {
    const y = 8 + i * ROW;
    const each = bar.instructions === 0 ? '' : `, ${(bar.value / bar.instructions).toFixed(2)} ${unit} each`;
    const title = `${bar.name}, ${bar.layer}\n${whole(bar.value)} ${unit}, ${percent(bar.value / total)} of the step\n${whole(bar.instructions)} instructions${unit === 'cycles' ? each : ''}`;
    const place = { x: LEFT, y, width: Math.max(1, toX(bar.value) - LEFT), height: ROW - 6 };
    return html`${label(LEFT - 8, y + 13, shortened(bar.name, LEFT - 90), 's', 'end')}${label(4, y + 13, shortened(bar.layer, 76), 's dim')}${rectangle(place, bar.kind === 'call' ? 'c5' : 'c6', title, { rx: 2 })}${label(toX(bar.value) + 6, y + 13, `${whole(bar.value)} · ${percent(bar.value / total)}`, 's')}`;
  });
  return chart(WIDTH, height, `${unit} by call and loop`, [...grid, ...rows]);
}

const stepsTable = (bars: readonly Bar[], total: number): Html =>
  table(
    ['call or loop', 'layer', 'cycles', 'share', 'instructions'],
    bars.map((bar) => [
      bar.name,
      bar.layer,
      { number: whole(bar.value) },
      { number: percent(bar.value / total) },
      { number: whole(bar.instructions) },
    ]),
  );

/** Which kernels could do each product, as --explain prints it. */
function choices({ choices: made }: Report): Html {
  if (made.length === 0) return NOTHING;
  const tables = made.map(
    ({ name, rows, cols, chosen, candidates }) =>
      html`<h3>${name}: ${rows} × ${cols}</h3>${table(
        ['kernel', 'chosen', 'cycles', 'weight bytes', 'working memory', 'code'],
        candidates.map((k) => [
          k.symbol.replace(/^rnnq_/, ''),
          k.symbol === chosen.symbol && k.block === chosen.block ? 'yes' : '',
          { number: whole(k.cycles) },
          { number: whole(k.weightBytes) },
          { number: whole(k.workBytes) },
          { number: whole(k.codeBytes) },
        ]),
      )}`,
  );
  return details('Which kernels could do each product (the estimates of the planner)', html`${tables}`);
}
