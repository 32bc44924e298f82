import { resolve } from 'node:path';
import { type Compilation, compileModel } from '../compiler/compile.js';
import type { CompileRequest } from '../compiler/request.js';
import { badOption, fail } from '../diagnostics.js';
import type { Model } from '../ir/model.js';
import { printProgram } from '../ir/print.js';
import { printPlan } from '../ir/print-plan.js';
import { formatChoices } from '../report/choices-text.js';
import { asFiles, inOutputFolder, writeOwned } from './output-folder.js';

/** A folder that gets the program after every stage, and the plan. */
export interface Dump {
  readonly folder: string;
  readonly force: boolean;
  /** Files and folders of the command: the dump must not lie in their place. */
  readonly inputs: readonly string[];
  readonly output: string;
}

/** Compiles a model; `written` is called with the result before the dump is written. A compilation that fails is dumped too. */
export async function compileWithDump(
  model: Model,
  request: CompileRequest,
  { folder, force, inputs, output }: Dump,
  written: (compilation: Compilation) => Promise<void>,
): Promise<Compilation> {
  if (resolve(folder) === resolve(output)) fail(badOption('--dump', folder, 'a folder beside that of --output'));
  const texts = new Map<string, string>();
  const to = { folder, name: request.name ?? model.name, force, inputs };
  try {
    const compilation = compileModel(model, request, (stage, program) => {
      texts.set(fileName(texts.size, stage), printProgram(program));
    });
    texts.set('plan.txt', printPlan(compilation.plan));
    texts.set('kernels.txt', `${formatChoices(compilation.plan)}\n`);
    await written(compilation);
    return compilation;
  } finally {
    if (texts.size > 0) await inOutputFolder(to, (owned) => writeOwned(owned, asFiles(texts), to));
  }
}

/** `03-fold-roundings.txt`, `04-merge-products-at-layers-0.txt`. */
const fileName = (index: number, stage: string): string =>
  `${String(index).padStart(2, '0')}-${stage.replace(/[^a-z0-9]+/g, '-')}.txt`;
