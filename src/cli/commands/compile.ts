import { join } from 'node:path';
import { compile } from '../../compiler/compile.js';
import { formatChoices } from '../../report/choices-text.js';
import { type BudgetOptions, budgetOf } from '../budget.js';
import { readModelText } from '../input-file.js';
import { writeOutputFolder } from '../output-folder.js';

interface Options extends BudgetOptions {
  readonly target: string;
  readonly output: string;
  readonly name?: string;
  readonly explain?: boolean;
}

/** rnnq compile: writes the package, prints what it is. */
export async function run(path: string, { target, output, name, explain, ...budget }: Options): Promise<void> {
  const named = name === undefined ? {} : { name };
  const compilation = compile(readModelText(path), { core: target, ...named, ...budgetOf(budget) });
  writeOutputFolder(output, compilation.files);
  const { plan, files } = compilation;
  process.stderr.write(
    `${files.size} files for ${target} in ${output}: state ${plan.stateBytes} bytes, scratch ${plan.scratchBytes} bytes\n`,
  );
  if (explain) process.stderr.write(`${formatChoices(plan)}\n`);
  process.stdout.write(`${join(output, 'include', `${compilation.name}.h`)}\n`);
}
