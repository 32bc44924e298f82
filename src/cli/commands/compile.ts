import { basename, join } from 'node:path';
import { PACKAGES } from '../../compiler/5-emit/packages.js';
import type { Compilation } from '../../compiler/compile.js';
import { badOption, fail } from '../../diagnostics.js';
import { formatChoices } from '../../report/choices-text.js';
import { type CompileOptions, requestOf } from '../compile-options.js';
import { readModelText } from '../input-file.js';
import { asFiles, inOutputFolder, type Output, writeOwned } from '../output-folder.js';

interface Options extends CompileOptions {
  readonly output: string;
  readonly package: string;
  readonly dump?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** rnnq compile: writes the package, prints what it is. */
export async function run(
  path: string,
  { output, package: kind, dump, explain, json, force = false, ...options }: Options,
): Promise<void> {
  const chosen = PACKAGES.find((known) => known === kind);
  if (chosen === undefined) fail(badOption('--package', kind, `one of ${PACKAGES.join(', ')}`));
  const text = readModelText(path);
  process.stderr.write(`compiling ${path} for ${options.board ?? options.target}\n`); // before the compiler is loaded: at once
  const request = { ...requestOf(options), package: chosen };
  const writePackage = async ({ name, files }: Compilation): Promise<void> => {
    const to: Output = { folder: output, name, force, inputs: [path] };
    await inOutputFolder(to, (folder) => writeOwned(folder, asFiles(files), to));
  };
  const { compileModel } = await import('../../compiler/compile.js');
  const { readModel } = await import('../../compiler/1-read/read-model.js');
  const model = readModel(text);
  let compilation: Compilation;
  if (dump === undefined) {
    compilation = compileModel(model, request);
    await writePackage(compilation);
  } else {
    const { compileWithDump } = await import('../dump.js');
    compilation = await compileWithDump(model, request, { folder: dump, force, inputs: [path], output }, writePackage);
  }
  const { plan, files, name } = compilation;
  process.stderr.write(
    `${files.size} files for ${plan.core} in ${output}: state ${plan.stateBytes} bytes, scratch ${plan.scratchBytes} bytes\n`,
  );
  const header = [...files.keys()].find((file) => basename(file) === `${name}.h`)!;
  if (json) {
    const { core, stateBytes, scratchBytes, estimate, choices, objective, limits } = plan;
    const facts = { model: name, core, objective, limits, package: kind, output, header: join(output, header) };
    const size = { files: [...files.keys()], stateBytes, scratchBytes, estimate, ...(explain && { choices }) };
    process.stdout.write(`${JSON.stringify({ ...facts, ...size }, null, 2)}\n`);
    return;
  }
  if (explain) process.stdout.write(`${formatChoices(plan)}\n\n`);
  process.stdout.write(`${join(output, header)}\n`);
}
