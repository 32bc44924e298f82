import { compile } from '../../compiler/compile.js';
import { measureCycles } from '../../cycles.js';
import { footprint } from '../../footprint.js';
import { formatCycles } from '../../report/cycles-text.js';
import { formatFootprint } from '../../report/footprint-text.js';
import type { CoreName } from '../../targets/cores.js';
import { type BudgetOptions, budgetOf } from '../budget.js';
import { readModelText } from '../input-file.js';

/** rnnq report: text for people, --json for machines. */
export async function run(
  path: string,
  { target, json, cycles, ...budget }: BudgetOptions & { target: string; json?: boolean; cycles?: boolean },
): Promise<void> {
  const compilation = compile(readModelText(path), { core: target, ...budgetOf(budget) });
  const report = await footprint(compilation, target as CoreName);
  const counted = cycles ? await measureCycles(compilation, target as CoreName) : null;
  if (counted !== null && json) {
    process.stdout.write(`${JSON.stringify({ ...report, cycles: counted }, null, 2)}\n`);
    return;
  }
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${formatFootprint(report)}\n`);
  if (counted !== null) process.stdout.write(`\n${formatCycles(counted)}\n`);
}
