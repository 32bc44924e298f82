import { changedSymbols, differences } from '../changes.js';
import { figuresOf, isWorse } from '../figures.js';
import { whole } from '../numbers.js';
import type { Baseline, Report } from '../schema.js';
import { type Html, html, table } from './html.js';
import { type Drawn, type Section, shortName } from './section.js';
import { chart, label, rectangle, scale, shortened } from './svg.js';

const WIDTH = 980;
const MIDDLE = 560;
const ROW = 24;
/** Symbols that are drawn, those that changed most. */
const MAX_SYMBOLS = 20;

/** What changed since the baseline: the figures, and the symbols. */
export const baseline: Section = { id: 'baseline', name: 'Baseline', draw };

function draw(report: Report): Drawn | null {
  const { baseline: old } = report;
  if (old === null) return null;
  const other = differences(report, old);
  const rows = figuresOf(report).map((figure) => {
    const [from, to] = [old.facts[figure.name], figure.value];
    const known = from !== null && to !== null;
    const style = !known || from === to ? '' : isWorse(figure, from, to) ? 'worse' : 'better';
    return [
      figure.title,
      { number: from === null ? '–' : figure.show(from) },
      { number: to === null ? '–' : figure.show(to) },
      html`<span class="${style}">${known ? figure.changeOf(from, to) : 'not measured in both'}</span>`,
    ];
  });
  return {
    title: 'Against the baseline',
    note: html`Baseline: ${old.model}, model hash ${old.hash.toString(16).padStart(8, '0')}.${other.length === 0 ? '' : ` What differs besides the model: ${other.join('; ')}.`}`,
    body: html`${table(['figure', 'baseline', 'now', 'change'], rows)}<h3>Symbols whose size changed</h3>${symbols(report, old)}`,
  };
}

function symbols(report: Report, old: Baseline): Html {
  const changed = changedSymbols(report, old);
  if (changed.length === 0) return html`<p class="note">None.</p>`;
  const shown = changed.slice(0, MAX_SYMBOLS);
  const most = Math.max(...shown.map(({ from, to }) => Math.abs(to - from)));
  const toWidth = scale([0, most], [0, 230]);
  const body = shown.map(({ name, from, to }, i) => {
    const y = i * ROW + 4;
    const difference = to - from;
    const width = Math.max(1, toWidth(Math.abs(difference)));
    const x = difference > 0 ? MIDDLE : MIDDLE - width;
    const place = { x, y, width, height: ROW - 6 };
    const bar = rectangle(
      place,
      difference > 0 ? 'worse' : 'better',
      `${name}\n${whole(from)} bytes before, ${whole(to)} now`,
    );
    const state = from === 0 ? ' new' : to === 0 ? ' gone' : '';
    const text = `${difference > 0 ? '+' : '−'}${whole(Math.abs(difference))}${state}`;
    const side = difference > 0 ? label(x + width + 6, y + 13, text, 's') : label(x - 6, y + 13, text, 's', 'end');
    return html`${label(4, y + 13, shortened(shortName(report, name), 230), 's')}${bar}${side}`;
  });
  const rest = changed.length - shown.length;
  return html`${chart(WIDTH, shown.length * ROW + 8, 'Bytes of symbols against the baseline', body)}${rest === 0 ? html`` : html`<p class="note">${rest} more changed less.</p>`}`;
}
