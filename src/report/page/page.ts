import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../package-root.js';
import { type Figure, figuresOf, isWorse } from '../figures.js';
import { whole } from '../numbers.js';
import type { Report } from '../schema.js';
import { accuracy } from './accuracy.js';
import { baseline } from './baseline.js';
import { boards } from './boards.js';
import { cycles } from './cycles.js';
import { flash } from './flash.js';
import { Html, html, NOTHING } from './html.js';
import { memory } from './memory.js';
import type { Drawn, Section } from './section.js';
import { training } from './training.js';
import { weights } from './weights.js';

/** The sections of the page, from top to bottom; a new one is a file here and a row. */
const SECTIONS: readonly Section[] = [flash, cycles, memory, accuracy, boards, training, weights, baseline];

/** Style sheet and script of the page, as they are in the package. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

export const readPageAssets = (): PageAssets => {
  const read = (name: string): string => readFileSync(join(PACKAGE_ROOT, 'codegen', 'report', name), 'utf8');
  return { style: read('page.css'), script: read('page.js') };
};

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * One self-contained page: it loads nothing, and its policy allows no script and no style but its own. The same report gives
 * the same bytes. Texts of the report are escaped, whatever they hold.
 */
export function renderPage(report: Report, { style, script }: PageAssets): string {
  const { computed } = report;
  const drawn = SECTIONS.flatMap((section) => {
    const content = section.draw(report);
    return content === null ? [] : [{ section, content }];
  });
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  const links = drawn.map(({ section }) => html`<a href="#${section.id}">${section.name}</a>`);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark"><meta name="generator" content="rnnq ${computed.rnnq}">
<title>${computed.model} on ${computed.core}: rnnq report</title><style>${new Html(style)}</style></head>
<body><a class="skip" href="#${drawn[0]!.section.id}">Skip to the charts</a>
${header(report)}
<nav aria-label="Sections">${links}</nav>
<main>${drawn.map(({ section, content }) => sectionOf(section, content))}</main>
<footer><p class="note">Made by rnnq ${computed.rnnq}. This page loads nothing. The numbers behind it: <code>rnnq report --json</code>.</p></footer>
<div id="tip" role="status" hidden></div><script>${new Html(script)}</script></body></html>
`;
  return page.text;
}

const sectionOf = ({ id }: Section, { title, note, body }: Drawn): Html =>
  html`
<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${note.text === '' ? NOTHING : html`<p class="note">${note}</p>`}${body}</section>`;

function header(report: Report): Html {
  const { computed, measured } = report;
  const layers = computed.layers.map(({ type, units }) => `${type} ${units}`).join(' → ');
  const weightCount = computed.layers.reduce((sum, layer) => sum + layer.weights, 0);
  const bits =
    computed.weightsAsCode === 0
      ? `${computed.bitsPerWeight.toFixed(2)} bits each`
      : `${whole(computed.weightsAsCode)} of them as code`;
  const facts = [
    layers,
    `${whole(weightCount)} weights, ${bits}`,
    `model hash ${computed.hash.toString(16).padStart(8, '0')}`,
    `rnnq ${computed.rnnq}`,
    ...(measured === null ? [] : [`${measured.compiler} ${measured.flags.join(' ')}`]),
  ];
  const tiles = figuresOf(report).filter(({ value }) => value !== null);
  return html`<header><h1>${computed.model} <span>on ${computed.core}</span></h1><p class="note">${facts.join(' · ')}</p><div class="tiles">${tiles.map((figure) => tile(figure, report))}</div></header>`;
}

function tile(figure: Figure, { baseline: old }: Report): Html {
  const [from, to] = [old?.facts[figure.name] ?? null, figure.value!];
  const style = from === null || from === to ? '' : isWorse(figure, from, to) ? 'worse' : 'better';
  const change = from === null ? NOTHING : html`<small class="${style}">${figure.changeOf(from, to)}</small>`;
  return html`<div class="tile"><span>${figure.title}</span><b>${figure.show(to)}</b> <i>${figure.unit === 'cycles' ? '' : figure.unit}</i>${change}</div>`;
}
