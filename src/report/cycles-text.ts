import type { Report, Spread } from './schema.js';
import { formatTable } from './table.js';
import { wrapLines } from './terminal.js';

const text = (spread: Spread | null): string => {
  if (spread === null) return 'not available';
  const { min, max } = spread;
  return min === max ? `${min}` : `${min} - ${max}`;
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);

/** Instructions and modelled cycles of a time step, by op and by layer. */
export function formatCycles({
  core,
  model,
  count,
  steps,
  instructions,
  cycles,
  period,
  stream,
}: NonNullable<Report['cycles']>): string {
  const rows = steps.map((s) => [s.origin, s.name, text(s.instructions), text(s.cycles)]);
  const layers = [...new Set(steps.map((s) => s.origin))].map((origin) => {
    const own = steps.filter((s) => s.origin === origin);
    const total = (key: 'instructions' | 'cycles'): string => {
      const spreads = own.flatMap((s) => (s[key] === null ? [] : [s[key]]));
      if (spreads.length === 0) return text(null);
      return text({ min: sumOf(spreads.map((s) => s.min)), max: sumOf(spreads.map((s) => s.max)) });
    };
    return [origin, total('instructions'), total('cycles')];
  });
  return [
    `Cycles of one time step on ${core}, ${count} steps of random input`,
    formatTable(['layer', 'call or loop', 'instructions', 'cycles'], rows),
    '',
    formatTable(['layer', 'instructions', 'cycles'], [...layers, ['all', text(instructions), text(cycles)]]),
    ...periodLines(period),
    ...streamLines(stream, cycles),
    '',
    wrapLines(
      model === null
        ? 'Instructions are counted by virtual time, exact to one or two. Cycles need a QEMU with plugins and a C compiler of this computer.'
        : 'Instructions are counted in QEMU and exact. Cycles are modelled from the counted instructions, with zero wait ' +
            `states: ${model.name}, ${model.source}; error: ${model.error}. rnnq compile --explain estimates by formula, ` +
            'before anything is built, so its figures differ a little.',
    ),
  ].join('\n');
}

/** Of a network whose layers do not all step with every input. */
function periodLines(period: NonNullable<Report['cycles']>['period']): string[] {
  if (period === undefined) return [];
  const { first, steps, instructions, cycles } = period;
  const each = `${Math.round(instructions)} instructions${cycles === null ? '' : `, ${Math.round(cycles)} cycles`}`;
  const when = steps === 1 ? 'every step' : `every ${steps} steps`;
  return ['', wrapLines(`Step ${first} gives the first output, then ${when} another one. Mean of a step: ${each}.`)];
}

/** Of a frame, and of a second of signal. */
function streamLines(stream: NonNullable<Report['cycles']>['stream'], step: Spread | null): string[] {
  if (stream === undefined) return [];
  const { frames, frontEnd, decision, framesPerSecond } = stream;
  const row = (name: string, part: typeof frontEnd): string[] => [name, text(part.instructions), text(part.cycles)];
  const rows = [row('samples to codes', frontEnd), row('logits to report', decision)];
  const lines = ['', formatTable([`frame of samples (${frames} counted)`, 'instructions', 'cycles'], rows)];
  if (framesPerSecond === undefined || step === null || frontEnd.cycles === null || decision.cycles === null)
    return lines;
  const parts = [frontEnd.cycles.max, step.max, decision.cycles.max];
  const second = [...parts, sumOf(parts)].map((each) => ((each * framesPerSecond) / 1e6).toFixed(2));
  const head = ['million cycles a second', 'features', 'network', 'decision', 'all'];
  return [...lines, '', formatTable(head, [[`${framesPerSecond} frames`, ...second]])];
}
