import type { CycleReport, Spread } from '../cycles.js';
import { formatTable } from './table.js';

const text = ({ min, max }: Spread): string => (min === max ? `${min}` : `${min} - ${max}`);

/** Instructions and modelled cycles of a time step, by op and by layer. */
export function formatCycles({ core, model, count, steps, instructions, cycles }: CycleReport): string {
  const rows = steps.map((s) => [s.origin, s.name, text(s.instructions), text(s.cycles)]);
  const layers = [...new Set(steps.map((s) => s.origin))].map((origin) => {
    const own = steps.filter((s) => s.origin === origin);
    const total = (key: 'instructions' | 'cycles'): string =>
      text({
        min: own.reduce((sum, s) => sum + s[key].min, 0),
        max: own.reduce((sum, s) => sum + s[key].max, 0),
      });
    return [origin, total('instructions'), total('cycles')];
  });
  return [
    `Cycles of one time step on ${core}, ${count} steps of random input`,
    formatTable(['layer', 'call or loop', 'instructions', 'cycles'], rows),
    '',
    formatTable(['layer', 'instructions', 'cycles'], [...layers, ['all', text(instructions), text(cycles)]]),
    '',
    `Instructions are counted in QEMU and exact. Cycles are modelled, with zero wait states: ${model.name}, ${model.source};`,
    `error: ${model.error}.`,
  ].join('\n');
}
