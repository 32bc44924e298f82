import { findTool } from '../../boards/tools.js';
import { fail, unknownTarget } from '../../diagnostics.js';
import { prove } from '../../prove.js';
import { formatProof } from '../../report/proof-text.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import { type BudgetOptions, budgetOf } from '../budget.js';
import { readModelText } from '../input-file.js';

interface Options extends BudgetOptions {
  readonly target: string;
  readonly name?: string;
  readonly requireEva?: boolean;
  readonly json?: boolean;
}

/** rnnq prove: exit code 1 where Eva finds an alarm; without Frama-C the certificates alone, and a line that says so. */
export async function run(path: string, { target, name, requireEva = false, json, ...budget }: Options): Promise<void> {
  if (!Object.hasOwn(CORES, target)) fail(unknownTarget(target, Object.keys(CORES)));
  const tool = await findTool('frama-c');
  const eva = tool.available || requireEva;
  const text = readModelText(path);
  if (eva) process.stderr.write('Frama-C Eva analyses the generated C ...\n');
  const proof = await prove(text, {
    ...budgetOf(budget),
    ...(name === undefined ? {} : { name }),
    core: target as CoreName,
    eva,
  });
  process.stdout.write(json ? `${JSON.stringify(proof, null, 2)}\n` : `${formatProof(proof)}\n`);
  if (!tool.available) process.stderr.write(`SKIPPED Frama-C Eva: frama-c is missing: ${tool.install}\n`);
  if (proof.eva !== null && !proof.eva.proven) process.exitCode = 1;
}
