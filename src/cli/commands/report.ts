import { compile } from '../../compiler/compile.js';
import { footprint } from '../../footprint.js';
import { formatFootprint } from '../../report/footprint-text.js';
import type { CoreName } from '../../targets/cores.js';
import { type BudgetOptions, budgetOf } from '../budget.js';
import { readModelText } from '../input-file.js';

/** rnnq report: text for people, --json for machines. */
export async function run(
  path: string,
  { target, json, ...budget }: BudgetOptions & { target: string; json?: boolean },
): Promise<void> {
  const compilation = compile(readModelText(path), { core: target, ...budgetOf(budget) });
  const report = await footprint(compilation, target as CoreName);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${formatFootprint(report)}\n`);
}
