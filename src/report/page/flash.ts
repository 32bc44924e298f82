import { percent, whole } from '../numbers.js';
import { type Report, type ReportSymbol, SYMBOL_ROLES, type SymbolRole } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import { type Drawn, type Section, shortName } from './section.js';
import { type Colour, chart, label, legend, plainRectangle, rectangle, shortened } from './svg.js';
import { inset, squarify } from './treemap.js';

/** How each role of a symbol is shown. */
export const ROLES: { readonly [R in SymbolRole]: { readonly colour: Colour; readonly name: string } } = {
  weights: { colour: 'c1', name: 'weights' },
  bias: { colour: 'c2', name: 'biases' },
  scale: { colour: 'c3', name: 'row scales' },
  table: { colour: 'c4', name: 'tables' },
  kernel: { colour: 'c5', name: 'kernels' },
  step: { colour: 'c6', name: 'code of the step' },
  other: { colour: 'c8', name: 'strings and padding' },
};

const SIZE = { width: 980, height: 360, title: 19, border: 2 };

/** Where a symbol is shown: its layer, or what symbols of no layer have in common. */
const groupOf = ({ layer, role }: ReportSymbol): string =>
  layer ?? (role === 'kernel' ? 'kernels' : role === 'table' ? 'tables' : 'shared');

const sumOf = (symbols: readonly ReportSymbol[]): number => symbols.reduce((sum, { bytes }) => sum + bytes, 0);

/** Flash by layer, symbol and role. */
export const flash: Section = { id: 'flash', name: 'Flash', draw };

function draw(report: Report): Drawn {
  const { measured, computed, missing } = report;
  const symbols = report.symbols.filter(({ section }) => section !== 'bss').sort((a, b) => b.bytes - a.bytes);
  if (measured === null)
    return {
      title: `Flash: ${whole(computed.constants.total)} bytes of constants`,
      note: html`Code is not measured, because a tool is missing: ${missing ?? ''}`,
      body: constantsTable(report),
    };
  const total = sumOf(symbols);
  const roles = SYMBOL_ROLES.filter((role) => symbols.some((symbol) => symbol.role === role));
  const entries = roles.map((role): readonly [Colour, string] => [
    ROLES[role].colour,
    `${ROLES[role].name} ${whole(sumOf(symbols.filter((symbol) => symbol.role === role)))}`,
  ]);
  const rows = symbols.map((s) => [
    s.name,
    s.layer ?? '',
    ROLES[s.role].name,
    s.source,
    { number: whole(s.bytes) },
    { number: percent(s.bytes / total) },
  ]);
  const several = report.severalModels;
  return {
    title: `Flash: ${whole(total)} bytes`,
    note: html`Area is bytes, measured with ${measured.compiler} ${measured.flags.join(' ')}. Weights, biases, row scales and the code of a layer lie in the layer.${several === null ? '' : ` A second model with the same kernels adds ${whole(several.added)} bytes.`}`,
    body: html`${legend(entries)}${treemap(report, symbols, total)}${details(
      'As a table',
      table(['symbol', 'layer', 'what', 'file', 'bytes', 'share'], rows),
    )}`,
  };
}

function treemap(report: Report, symbols: readonly ReportSymbol[], total: number): Html {
  const groups = new Map<string, ReportSymbol[]>();
  for (const symbol of symbols) groups.set(groupOf(symbol), [...(groups.get(groupOf(symbol)) ?? []), symbol]);
  const sorted = [...groups].sort(([, a], [, b]) => sumOf(b) - sumOf(a));
  const places = squarify(
    sorted.map(([, group]) => sumOf(group)),
    { x: 0, y: 0, width: SIZE.width, height: SIZE.height },
  );
  const body = sorted.map(([name, group], g) => {
    const place = inset(places[g]!, SIZE.border / 2);
    const inside = inset(place, SIZE.border, SIZE.title);
    const cells = squarify(
      group.map(({ bytes }) => bytes),
      inside,
    );
    return html`${plainRectangle(place, 'group')}${label(place.x + 5, place.y + 14, shortened(`${name} ${whole(sumOf(group))}`, place.width - 8), 'b')}${group.map((symbol, i) => cellOf(report, symbol, inset(cells[i]!, 0.5), total))}`;
  });
  return chart(SIZE.width, SIZE.height, `Flash by layer and symbol, ${whole(total)} bytes`, body);
}

function cellOf(report: Report, symbol: ReportSymbol, place: Parameters<typeof rectangle>[0], total: number): Html {
  const { colour, name } = ROLES[symbol.role];
  const what = symbol.role === 'weights' && symbol.section === 'code' ? 'weights as code' : name;
  const title = `${symbol.name}\n${whole(symbol.bytes)} bytes, ${percent(symbol.bytes / total)} of flash\n${what}, ${symbol.source}`;
  const text = place.height > 14 ? shortened(shortName(report, symbol.name), place.width - 8) : '';
  return html`${rectangle(place, colour, title)}${
    text === '' ? NOTHING : label(place.x + 5, place.y + 14, text, `on-${colour} s`)
  }${
    text === '' || place.height <= 32 || place.width <= 40
      ? NOTHING
      : label(place.x + 5, place.y + 28, whole(symbol.bytes), `on-${colour} s`)
  }`;
}

const constantsTable = ({ computed }: Report): Html =>
  table(
    ['layer', 'type', 'weights', 'weight bytes', 'bits a weight', 'biases and scales'],
    computed.layers.map((l) => [
      l.name,
      `${l.type} ${l.units}`,
      { number: whole(l.weights) },
      { number: whole(l.weightBytes) },
      { number: l.bitsPerWeight.toFixed(2) },
      { number: whole(l.biasBytes + l.scaleBytes) },
    ]),
  );
