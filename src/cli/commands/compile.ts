import { basename, join } from 'node:path';
import { PACKAGES } from '../../compiler/5-emit/packages.js';
import { badOption, fail } from '../../diagnostics.js';
import { formatChoices } from '../../report/choices-text.js';
import { type BudgetOptions, budgetOf } from '../budget.js';
import { readModelText } from '../input-file.js';
import { asFiles, inOutputFolder, type Output, writeOwned } from '../output-folder.js';

interface Options extends BudgetOptions {
  readonly target: string;
  readonly output: string;
  readonly name?: string;
  readonly package: string;
  readonly explain?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** rnnq compile: writes the package, prints what it is. */
export async function run(
  path: string,
  { target, output, name, package: kind, explain, json, force = false, ...budget }: Options,
): Promise<void> {
  const chosen = PACKAGES.find((known) => known === kind);
  if (chosen === undefined) fail(badOption('--package', kind, `one of ${PACKAGES.join(', ')}`));
  const text = readModelText(path);
  process.stderr.write(`compiling ${path} for ${target}\n`); // before the compiler is loaded: at once
  const { compile } = await import('../../compiler/compile.js');
  const compilation = compile(text, {
    ...{ core: target, package: chosen, ...budgetOf(budget) },
    ...(name === undefined ? {} : { name }),
  });
  const to: Output = { folder: output, name: compilation.name, force, inputs: [path] };
  await inOutputFolder(to, (folder) => writeOwned(folder, asFiles(compilation.files), to));
  const { plan, files } = compilation;
  process.stderr.write(
    `${files.size} files for ${target} in ${output}: state ${plan.stateBytes} bytes, scratch ${plan.scratchBytes} bytes\n`,
  );
  const header = [...files.keys()].find((file) => basename(file) === `${compilation.name}.h`)!;
  if (json) {
    const { stateBytes, scratchBytes, estimate, choices } = plan;
    const facts = { model: compilation.name, core: target, package: kind, output, header: join(output, header) };
    const size = { files: [...files.keys()], stateBytes, scratchBytes, estimate, ...(explain && { choices }) };
    process.stdout.write(`${JSON.stringify({ ...facts, ...size }, null, 2)}\n`);
    return;
  }
  if (explain) process.stdout.write(`${formatChoices(plan)}\n\n`);
  process.stdout.write(`${join(output, header)}\n`);
}
