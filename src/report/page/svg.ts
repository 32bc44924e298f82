import { bug } from '../../diagnostics.js';
import { Html, html } from './html.js';

/** Colours of the page's style sheet: `c1` to `c8`, `empty`. */
export type Colour = 'c1' | 'c2' | 'c3' | 'c4' | 'c5' | 'c6' | 'c7' | 'c8' | 'empty' | 'worse' | 'better';

type Attributes = Readonly<Record<string, string | number | undefined>>;

const attributes = (values: Attributes): Html =>
  new Html(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => html` ${name}="${value!}"`.text)
      .join(''),
  );

/** Widths and heights are never negative: browsers would complain on their console. */
function checked(values: Attributes): Attributes {
  for (const key of ['width', 'height', 'r'])
    if (typeof values[key] === 'number' && values[key] < 0) bug(`a ${key} of ${values[key]} on the report page`);
  return values;
}

/** What a reader can point at or walk to with the arrow keys; its title is its tooltip. */
export const mark = (tag: 'rect' | 'circle', shape: Attributes, colour: Colour, title: string): Html =>
  html`<${new Html(tag)} class="mark ${colour}"${attributes(checked(shape))}><title>${title}</title></${new Html(tag)}>`;

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const rectangle = (place: Rectangle, colour: Colour, title: string, more: Attributes = {}): Html =>
  mark('rect', { ...place, ...more }, colour, title);

export const plainRectangle = (place: Rectangle, style: string, more: Attributes = {}): Html =>
  html`<rect class="${style}"${attributes(checked({ ...place, ...more }))}/>`;

/** A text with its anchor at x and its baseline at y. */
export const label = (x: number, y: number, text: string, style = '', anchor?: 'middle' | 'end'): Html =>
  html`<text${attributes({ x, y, class: style === '' ? undefined : style, 'text-anchor': anchor })}>${text}</text>`;

export const line = (x1: number, y1: number, x2: number, y2: number, style = 'grid'): Html =>
  html`<line class="${style}"${attributes({ x1, y1, x2, y2 })}/>`;

export const polyline = (points: readonly (readonly [number, number])[], style: string): Html =>
  html`<polyline class="line ${style}" points="${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}"/>`;

/** A chart: one stop of the tab key. Wide ones scroll in a narrow window. */
export function chart(width: number, height: number, title: string, body: readonly Html[]): Html {
  const wide = width > 600;
  const svg = html`<svg class="${wide ? 'wide' : 'narrow'}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${title}" tabindex="0">${body}</svg>`;
  return wide ? html`<div class="scroll">${svg}</div>` : svg;
}

/** A small square of a colour, for legends. */
export const swatch = (colour: Colour): Html =>
  html`<svg class="swatch" width="12" height="12" aria-hidden="true"><rect width="12" height="12" rx="2" class="${colour}"/></svg>`;

export const legend = (entries: readonly (readonly [Colour, string])[]): Html =>
  html`<ul class="legend">${entries.map(([colour, text]) => html`<li>${swatch(colour)}${text}</li>`)}</ul>`;

/** Maps numbers from one range to another. */
export const scale =
  (from: readonly [number, number], to: readonly [number, number]) =>
  (value: number): number =>
    to[0] + ((value - from[0]) / (from[1] - from[0] || 1)) * (to[1] - to[0]);

/** Round numbers from `low` to `high`, about `count` of them. */
export function ticks(low: number, high: number, count = 5): number[] {
  const raw = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw * 0.999)! * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** As much of a text as fits so many pixels, at about `perCharacter` each; empty where hardly anything does. */
export function shortened(text: string, width: number, perCharacter = 6.8): string {
  const room = Math.floor(width / perCharacter);
  return text.length <= room ? text : room < 3 ? '' : `${text.slice(0, room - 1)}…`;
}

/** At most `most` of the points, evenly spaced, the first and the last among them. */
export const thinned = <T>(points: readonly T[], most: number): readonly T[] =>
  points.length <= most
    ? points
    : Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]!);
