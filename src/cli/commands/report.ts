import { compile } from '../../compiler/compile.js';
import { measureCycles } from '../../cycles.js';
import { footprint } from '../../footprint.js';
import { formatCycles } from '../../report/cycles-text.js';
import { formatFootprint } from '../../report/footprint-text.js';
import type { CoreName } from '../../targets/cores.js';
import { type CompileOptions, requestOf } from '../compile-options.js';
import { readModelText } from '../input-file.js';

/** rnnq report: text for people, --json for machines. */
export async function run(
  path: string,
  { json, cycles, ...options }: CompileOptions & { json?: boolean; cycles?: boolean },
): Promise<void> {
  const compilation = compile(readModelText(path), requestOf(options));
  const core = compilation.plan.core as CoreName;
  const report = await footprint(compilation, core);
  const counted = cycles ? await measureCycles(compilation, core) : null;
  if (counted !== null && json) {
    process.stdout.write(`${JSON.stringify({ ...report, cycles: counted }, null, 2)}\n`);
    return;
  }
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${formatFootprint(report)}\n`);
  if (counted !== null) process.stdout.write(`\n${formatCycles(counted)}\n`);
}
