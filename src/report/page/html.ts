import { bug } from '../../diagnostics.js';

/** Text of HTML or SVG in which everything that came from outside is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that no HTML may hold, or that hide what a reader sees: control characters, reversed writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const UNSAFE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

const escaped = (text: string): string => text.replace(UNSAFE, '\ufffd').replace(/[&<>"']/g, (c) => ESCAPES[c]!);

const partText = (part: Part): string => {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return numberText(part);
  return part.map(({ text }) => text).join('');
};

/** A number of an attribute: two decimals are a hundredth of a pixel. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) bug(`${value} is drawn on the report page`);
  return String(Math.round(value * 100) / 100 + 0);
}

/** HTML with values in it: texts are escaped, Html and lists of it are taken as they are. */
export const html = (parts: TemplateStringsArray, ...values: readonly Part[]): Html =>
  new Html(parts.map((part, i) => (i === 0 ? part : partText(values[i - 1]!) + part)).join(''));

export const NOTHING = new Html('');

/** What one cell of a table holds: text, a number that is right-aligned, or HTML. */
export type Cell = string | Html | { readonly number: string };

/** A table with a heading for every column; it scrolls where it is wider than the page. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const isNumber = (cell: Cell | undefined): boolean => typeof cell === 'object' && !(cell instanceof Html);
  const cell = (value: Cell): Html =>
    typeof value === 'object' && !(value instanceof Html)
      ? html`<td class="n">${value.number}</td>`
      : html`<td>${value}</td>`;
  const heads = head.map((title, c) =>
    isNumber(rows[0]?.[c]) ? html`<th class="n" scope="col">${title}</th>` : html`<th scope="col">${title}</th>`,
  );
  const body = rows.map((row) => html`<tr>${row.map(cell)}</tr>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${head.join(', ')}"><table><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** What is read only when it is asked for: a table under its chart. */
export const details = (summary: string, body: Html): Html =>
  html`<details><summary>${summary}</summary>${body}</details>`;
