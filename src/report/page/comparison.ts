import { type Compared, type ComparedFigure, comparedFigures, layersOf } from '../comparison.js';
import { percent, whole } from '../numbers.js';
import { SYMBOL_ROLES } from '../schema.js';
import { ROLES } from './flash.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import { type PageAssets, renderShell } from './shell.js';
import { type Colour, chart, label, legend, rectangle, scale, shortened } from './svg.js';

const WIDTH = 980;
const LEFT = 200;
const ROW = 24;

/** A page that compares models: every figure side by side, and what their flash is made of. As safe as renderPage. */
export function renderComparison(models: readonly Compared[], assets: PageAssets): string {
  const { computed } = models[0]!.report;
  const title = `${models.length} models on ${computed.core}`;
  const figures = comparedFigures(models);
  const sections = [
    {
      ...{ id: 'figures', name: 'Figures', title: 'Figures' },
      note: html`A full bar is the largest of the models. Accuracy is that of the fixed-point network.`,
      body: html`${figures.map((figure) => barsOf(models, figure))}${details('As a table', figuresTable(models, figures))}`,
    },
    ...(models.every(({ report }) => report.symbols.length > 0)
      ? [
          {
            ...{ id: 'flash', name: 'Flash', title: 'What flash is made of' },
            note: html`Measured; kernels are in a firmware once, however many of these models are in it.`,
            body: flashOf(models),
          },
        ]
      : []),
  ];
  const header = html`<header><h1>${models.length} models <span>on ${computed.core}</span></h1><p class="note">${models.map(({ label: name }) => name).join(' · ')}</p></header>`;
  return renderShell({ title, rnnq: computed.rnnq, header, sections }, assets);
}

/** A bar for each model; the best one is green. */
function barsOf(models: readonly Compared[], { title, values, show, best }: ComparedFigure): Html {
  const most = Math.max(...values.map((value) => value ?? 0));
  const toX = scale([0, most], [LEFT, WIDTH - 120]);
  const rows = models.map(({ label: name }, m) => {
    const y = 24 + m * ROW;
    const value = values[m]!;
    const text = value === null ? 'not measured' : show(value);
    const bar =
      value === null
        ? NOTHING
        : rectangle(
            { x: LEFT, y, width: Math.max(1, toX(value) - LEFT), height: ROW - 8 },
            value === best ? 'c2' : 'c8',
            `${name}\n${title}: ${text}`,
          );
    return html`${label(LEFT - 8, y + 12, shortened(name, LEFT - 16), 's', 'end')}${bar}${label((value === null ? LEFT : toX(value)) + 6, y + 12, text, 's')}`;
  });
  return chart(WIDTH, 32 + models.length * ROW, title, [label(LEFT, 14, title, 'b'), ...rows]);
}

const figuresTable = (models: readonly Compared[], figures: readonly ComparedFigure[]): Html =>
  table(
    ['model', 'layers', ...figures.map(({ title }) => title)],
    models.map(({ label: name, report }, m) => [
      name,
      layersOf(report),
      ...figures.map(({ values, show }) => ({ number: values[m] === null ? 'not measured' : show(values[m]!) })),
    ]),
  );

function flashOf(models: readonly Compared[]): Html {
  const parts = models.map(({ label: name, report }) => {
    const symbols = report.symbols.filter(({ section }) => section !== 'bss');
    const bytes = SYMBOL_ROLES.map((role) =>
      symbols.reduce((sum, symbol) => sum + (symbol.role === role ? symbol.bytes : 0), 0),
    );
    return { name, bytes, total: bytes.reduce((sum, b) => sum + b, 0) };
  });
  const toWidth = scale([0, Math.max(...parts.map(({ total }) => total))], [0, WIDTH - 120 - LEFT]);
  const used = SYMBOL_ROLES.filter((_, r) => parts.some(({ bytes }) => bytes[r]! > 0));
  const entries = used.map((role): readonly [Colour, string] => [ROLES[role].colour, ROLES[role].name]);
  const rows = parts.map(({ name, bytes, total }, m) => {
    const y = 8 + m * (ROW + 6);
    let at = 0;
    const bars = SYMBOL_ROLES.map((role, r) => {
      const x = LEFT + toWidth(at);
      at += bytes[r]!;
      if (bytes[r] === 0) return NOTHING;
      const text = `${name}\n${ROLES[role].name}: ${whole(bytes[r]!)} bytes, ${percent(bytes[r]! / total)}`;
      return rectangle({ x, y, width: toWidth(bytes[r]!), height: ROW }, ROLES[role].colour, text);
    });
    return html`${label(LEFT - 8, y + 16, shortened(name, LEFT - 16), 's', 'end')}${bars}${label(LEFT + toWidth(total) + 6, y + 16, whole(total), 's')}`;
  });
  const head = ['model', ...used.map((role) => ROLES[role].name), 'flash'];
  const cells = parts.map(({ name, bytes, total }) => [
    name,
    ...used.map((role) => ({ number: whole(bytes[SYMBOL_ROLES.indexOf(role)]!) })),
    { number: whole(total) },
  ]);
  return html`${legend(entries)}${chart(WIDTH, 16 + models.length * (ROW + 6), 'Flash by what it is for', rows)}${details('As a table', table(head, cells))}`;
}
