import { join } from 'node:path';
import { compile } from '../../compiler/compile.js';
import { readModelText } from '../input-file.js';
import { writeOutputFolder } from '../output-folder.js';

interface Options {
  readonly target: string;
  readonly output: string;
  readonly name?: string;
}

/** rnnq compile: writes the package, prints what it is. */
export async function run(path: string, { target, output, name }: Options): Promise<void> {
  const compilation = compile(readModelText(path), { core: target, ...(name === undefined ? {} : { name }) });
  writeOutputFolder(output, compilation.files);
  const { plan, files } = compilation;
  process.stderr.write(
    `${files.size} files for ${target} in ${output}: state ${plan.stateBytes} bytes, scratch ${plan.scratchBytes} bytes\n`,
  );
  process.stdout.write(`${join(output, 'include', `${compilation.name}.h`)}\n`);
}
