import { PLACE_TEXTS } from '../../ir/plan.js';
import { type Figure, figuresOf, isWorse } from '../figures.js';
import { whole } from '../numbers.js';
import type { Report } from '../schema.js';
import { accuracy } from './accuracy.js';
import { alarms } from './alarms.js';
import { baseline } from './baseline.js';
import { boards } from './boards.js';
import { cycles } from './cycles.js';
import { flash } from './flash.js';
import { type Html, html, NOTHING } from './html.js';
import { memory } from './memory.js';
import type { Section } from './section.js';
import { type PageAssets, renderShell } from './shell.js';
import { stream } from './stream.js';
import { training } from './training.js';
import { weights } from './weights.js';

/** The sections of the page, from top to bottom; a new one is a file here and a row. */
const SECTIONS: readonly Section[] = [
  ...[flash, cycles, memory, accuracy, alarms, stream, boards, training, weights, baseline],
];

/** The page of a report: self-contained, the same bytes for the same report; texts are escaped, whatever they hold. */
export function renderPage(report: Report, assets: PageAssets): string {
  const { computed } = report;
  const sections = SECTIONS.flatMap(({ id, name, draw }) => {
    const drawn = draw(report);
    return drawn === null ? [] : [{ id, name, ...drawn }];
  });
  const title = `${computed.model} on ${computed.core}`;
  return renderShell({ title, rnnq: computed.rnnq, header: header(report), sections }, assets);
}

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
    ...(computed.place === undefined ? [] : [PLACE_TEXTS[computed.place]]),
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
