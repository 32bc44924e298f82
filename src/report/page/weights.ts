import { percent, whole } from '../numbers.js';
import type { Report } from '../schema.js';
import { details, type Html, html, table } from './html.js';
import type { Drawn, Section } from './section.js';
import { chart, label, plainRectangle, rectangle } from './svg.js';

type Matrix = Report['weights'][number];

const WIDTH = 300;
const HEIGHT = 118;
const BASE = 88;
/** Columns of the strip of zeros: rows beyond that are put together. */
const MAX_STRIP = 48;
/** Bars of the histogram: codes beyond that are put together. */
const MAX_BARS = 48;

/** How often each code occurs in each matrix, and the share of zeros row by row. */
export const weights: Section = { id: 'weights', name: 'Weights', draw };

function draw({ weights: matrices }: Report): Drawn {
  const rows = matrices.map((m) => [
    `${m.layer} ${m.matrix}`,
    m.format,
    `${m.rows} × ${m.cols}`,
    m.histogram.length <= 16
      ? m.histogram.map(([code, count]) => `${code}: ${whole(count)}`).join(', ')
      : `${m.histogram.length} codes`,
    { number: percent(m.zeros / (m.rows * m.cols)) },
  ]);
  return {
    title: 'Weights',
    note: html`How often each code occurs. The strip below each histogram is the share of zeros row by row: the darker, the more.`,
    body: html`<div class="cards">${matrices.map(card)}</div>${details('As a table', table(['matrix', 'format', 'size', 'codes', 'zeros'], rows))}`,
  };
}

function card(m: Matrix): Html {
  const count = m.rows * m.cols;
  const strip = binned(m).map((zeros, k, all) => {
    const width = (WIDTH - 20) / all.length;
    const place = { x: 10 + k * width, y: 108, width: Math.max(0.5, width), height: 8 };
    return plainRectangle(place, 'c5', { 'fill-opacity': zeros });
  });
  const svg = chart(WIDTH, HEIGHT, `Codes of ${m.layer} ${m.matrix}`, [...histogram(m), ...strip]);
  return html`<figure><figcaption><b>${m.layer} ${m.matrix}</b> ${m.format}, ${m.rows} × ${m.cols}, ${percent(m.zeros / count, 0)} zeros</figcaption>${svg}</figure>`;
}

function histogram({ histogram: codes, rows, cols }: Matrix): Html[] {
  const [low, high] = [codes[0]?.[0] ?? 0, codes.at(-1)?.[0] ?? 0];
  const per = Math.ceil((high - low + 1) / MAX_BARS);
  const bars = Array.from({ length: Math.ceil((high - low + 1) / per) }, (_, i) => ({
    first: low + i * per,
    count: 0,
  }));
  for (const [code, n] of codes) bars[Math.floor((code - low) / per)]!.count += n;
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const width = Math.min(40, (WIDTH - 20) / bars.length);
  const left = (WIDTH - width * bars.length) / 2;
  return bars.map(({ first, count }, i) => {
    const height = Math.max(1, (70 * count) / most);
    const x = left + i * width;
    const last = Math.min(high, first + per - 1);
    const name = first === last ? `code ${first}` : `codes ${first} to ${last}`;
    const place = { x, y: BASE - height, width: Math.max(0.8, width - (width > 4 ? 2 : 0.2)), height };
    const bar = rectangle(
      place,
      first <= 0 && last >= 0 ? 'c8' : 'c1',
      `${name}\n${whole(count)} of ${whole(rows * cols)} (${percent(count / (rows * cols))})`,
    );
    const middle = x + width / 2 - 1;
    if (width > 18)
      return html`${bar}${label(middle, 101, String(first), 'axis', 'middle')}${label(middle, BASE - 4 - height, percent(count / (rows * cols), 0), 'axis', 'middle')}`;
    const end = i === 0 || i === bars.length - 1;
    return end ? html`${bar}${label(middle, 101, String(i === 0 ? low : high), 'axis', 'middle')}` : bar;
  });
}

/** Share of zeros of each row, or of some rows together. */
function binned({ rows, cols, rowZeros }: Matrix): number[] {
  const bins = Math.min(MAX_STRIP, rows);
  return Array.from({ length: bins }, (_, k) => {
    const part = rowZeros.slice(Math.floor((k * rows) / bins), Math.floor(((k + 1) * rows) / bins));
    return part.reduce((sum, zeros) => sum + zeros, 0) / (part.length * cols);
  });
}
