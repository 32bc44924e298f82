import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../package-root.js';
import { Html, html, NOTHING } from './html.js';
import type { Drawn } from './section.js';

/** Style sheet and script of a page, as they are in the package. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

export const readPageAssets = (): PageAssets => {
  const read = (name: string): string => readFileSync(join(PACKAGE_ROOT, 'codegen', 'report', name), 'utf8');
  return { style: read('page.css'), script: read('page.js') };
};

/** A section with its place in the page. */
export interface DrawnSection extends Drawn {
  readonly id: string;
  readonly name: string;
}

export interface PageContent {
  readonly title: string;
  /** Version of rnnq. */
  readonly rnnq: string;
  readonly header: Html;
  readonly sections: readonly DrawnSection[];
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * One self-contained page: it loads nothing, and its policy allows no script and no style but its own. The same content gives
 * the same bytes.
 */
export function renderShell({ title, rnnq, header, sections }: PageContent, { style, script }: PageAssets): string {
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  const links = sections.map(({ id, name }) => html`<a href="#${id}">${name}</a>`);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark"><meta name="generator" content="rnnq ${rnnq}">
<title>${title}: rnnq report</title><style>${new Html(style)}</style></head>
<body><a class="skip" href="#${sections[0]!.id}">Skip to the charts</a>
${header}
<nav aria-label="Sections">${links}</nav>
<main>${sections.map(sectionOf)}</main>
<footer><p class="note">Made by rnnq ${rnnq}. This page loads nothing. The numbers behind it: <code>rnnq report --json</code>.</p></footer>
<div id="tip" role="status" hidden></div><script>${new Html(script)}</script></body></html>
`;
  return page.text;
}

const sectionOf = ({ id, title, note, body }: DrawnSection): Html =>
  html`
<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${note.text === '' ? NOTHING : html`<p class="note">${note}</p>`}${body}</section>`;
