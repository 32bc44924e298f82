import { duration, percent, whole } from '../numbers.js';
import type { Report, Spread } from '../schema.js';
import { details, type Html, html, NOTHING, table } from './html.js';
import type { Drawn, Section } from './section.js';
import { type Colour, chart, label, legend, rectangle, scale, shortened } from './svg.js';

const WIDTH = 980;

/** From samples to codes and from logits to reports, of a model that has a front end. */
export const stream: Section = { id: 'stream', name: 'Front end', draw };

function draw(report: Report): Drawn | null {
  const { stream: chain, stepSeconds, cycles, computed } = report;
  if (chain === null) return null;
  const { sampleRate, channels, window, hop, blocks, decision } = chain;
  const samples = channels === 1 ? 'samples' : `samples of ${channels} channels`;
  const every = stepSeconds === null ? '' : `, one every ${duration(stepSeconds)}`;
  const rows = [...blocks, ...(decision === null ? [] : [decision])].map((text, i) => [
    i < blocks.length ? `${i + 1}` : 'decision',
    text,
  ]);
  return {
    title: decision === null ? 'Front end' : 'Front end and decision',
    note: html`${whole(sampleRate)} ${samples} a second. A frame is ${whole(window)} of them, the next one begins ${whole(hop)} later${every}; it becomes the codes of one step of the network.`,
    body: html`${table(['place', 'block'], rows)}${computed.stream == null ? NOTHING : sizes(computed.stream)}${cycles?.stream === undefined ? NOTHING : costs(cycles, cycles.stream)}`,
  };
}

/** What the application keeps for a stream. */
const sizes = ({ stream, scratch, shared, tables }: NonNullable<Report['computed']['stream']>): Html =>
  table(
    ['memory', 'bytes', 'holds'],
    [
      ['stream', { number: whole(stream) }, 'samples of the window, state of the network and of the decision'],
      [
        'scratch',
        { number: whole(scratch) },
        `undefined between two pushes; ${whole(shared)} are those of the network`,
      ],
      ['tables, in flash', { number: whole(tables) }, 'of front end and decision'],
    ],
  );

const mostOf = (spread: Spread | null): number => spread?.max ?? 0;

/** What a frame costs: front end, network, decision. */
function costs(
  step: NonNullable<Report['cycles']>,
  { frontEnd, decision, frames }: NonNullable<NonNullable<Report['cycles']>['stream']>,
): Html {
  if (frontEnd.cycles === null) return NOTHING;
  const parts: readonly (readonly [string, Colour, number])[] = [
    ['front end', 'c4', mostOf(frontEnd.cycles)],
    ['network', 'c1', mostOf(step.cycles)],
    ['decision', 'c5', mostOf(decision.cycles)],
  ];
  const total = parts.reduce((sum, [, , cycles]) => sum + cycles, 0);
  const toWidth = scale([0, Math.max(1, total)], [0, WIDTH]);
  let x = 0;
  const bars = parts.map(([name, colour, cycles]) => {
    const width = toWidth(cycles);
    const place = { x, y: 4, width, height: 34 };
    x += width;
    if (cycles === 0) return NOTHING;
    const text = shortened(`${name} ${whole(cycles)}`, width - 8);
    const title = `${name}\n${whole(cycles)} cycles, ${percent(cycles / total)} of a frame`;
    return html`${rectangle(place, colour, title)}${text === '' ? NOTHING : label(place.x + 5, 25, text, `on-${colour} s`)}`;
  });
  const rows = parts.map(([name, , cycles]) => [
    name,
    { number: whole(cycles) },
    { number: percent(total === 0 ? 0 : cycles / total) },
  ]);
  const entries = parts.map(([name, colour, cycles]): readonly [Colour, string] => [
    colour,
    `${name} ${whole(cycles)}`,
  ]);
  return html`<h3>A frame: ${whole(total)} cycles at most, without wait states</h3>${legend(entries)}${chart(WIDTH, 42, 'Cycles of a frame', bars)}${details(`As a table, of ${whole(frames)} frames of noise`, table(['part', 'cycles at most', 'share'], rows))}`;
}
