import type { Plan } from '../ir/plan.js';
import { formatTable } from './table.js';
import { wrapLines } from './terminal.js';

/** Which kernels could do each product, what they cost, which was chosen; the costs of a step. */
export function formatChoices({ choices, estimate, core }: Plan): string {
  const tables = choices.map(({ name, rows, cols, chosen, candidates }) => {
    const lines = candidates.map((c) => [
      c.symbol === chosen.symbol && c.block === chosen.block ? '->' : '',
      c.symbol,
      c.workBytes === 0 ? '-' : c.block,
      c.cycles,
      c.weightBytes,
      c.workBytes,
      c.codeBytes,
    ]);
    const header = ['', 'kernel', 'groups at a time', 'cycles', 'weight bytes', 'working memory', 'code'];
    return `${name}: ${rows} rows x ${cols} inputs\n${formatTable(header, lines)}`;
  });
  const { cycles, flash, ram } = estimate;
  const step = wrapLines(
    `One step on ${core}: about ${cycles} cycles, about ${flash} bytes of flash, ${ram} bytes of state and scratch. ` +
      'All of these are estimates by formula, before anything is built, with zero wait states; ' +
      'rnnq report --cycles counts the instructions of the built code.',
  );
  return [...tables, step].join('\n\n');
}
