import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackageFiles, writePackage } from '../../src/build/replay.js';
import { compile } from '../../src/compiler/compile.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { KERNELS, RUNNABLE } from '../../src/targets/kernels.js';
import { compareOutputs, randomCalls } from '../kernels/kernel-calls.js';
import { kernelFile } from '../kernels/kernel-files.js';
import { kernelProgram } from '../kernels/kernel-program.js';
import { packagePath } from '../kernels/run-program.js';
import { functionsOf, type Sources } from './build-and-run.js';

/** A program and the judge of what it writes, which throws. */
export interface Program extends Sources {
  readonly check: (output: Uint8Array) => void;
}

/** A main that calls `function`, an expression of 0 where all is good, and looks whether a reserved r9 is what it was. */
const mainAround = (expression: string): string => `
/* for -fstack-protector */
__attribute__((used)) const uint32_t __stack_chk_guard = 0x5afe57acu;
__attribute__((used)) void __stack_chk_fail(void);

void __stack_chk_fail(void)
{
    rnnq_io_exit(8);
}

int main(void)
{
    int wrong;
#if defined(RNNQ_RESERVED_R9)
    uint32_t r9;

    __asm volatile("mov r9, %0" : : "r"(0x5ee5a11u));
#endif
    wrong = ${expression};
#if defined(RNNQ_RESERVED_R9)
    __asm volatile("mov %0, r9" : "=r"(r9));
    if (r9 != 0x5ee5a11u) {
        return 9;
    }
#endif
    return wrong;
}
`;

/** The self-test of a sample's package for a core. */
export async function packageProgram(text: string, core: CoreName, directory: string): Promise<Program> {
  const files: PackageFiles = compile(text, { core, name: 'net' }).files;
  await writePackage(files, directory);
  const main = `#include "rnnq_io.h"\n\n#include "net.h"\n\nstatic net_state_t state;\nstatic net_scratch_t scratch;\n`;
  await writeFile(join(directory, 'main.c'), main + mainAround('net_selftest(&state, &scratch)'));
  const sources = [...files.keys()].filter((path) => /^src\/.*\.c$|^test\/net_selftest\.c$/.test(path));
  return {
    files: ['main.c', ...sources].map((path) => join(directory, path)),
    includeDirectories: ['include', 'src', 'test'].map((folder) => join(directory, folder)),
    check: () => {},
  };
}

/**
 * Calls of every kernel that a core can run. Functions of a file that others have too take the kernel's name, so that a linker
 * script can place each.
 */
export async function kernelsProgram(core: CoreName, directory: string): Promise<Program> {
  const kernels = KERNELS.filter(({ isa }) => RUNNABLE[CORES[core].isa].includes(isa));
  const calls = randomCalls(kernels, 3, 1);
  await mkdir(directory, { recursive: true });
  const files = [join(directory, 'main.c')];
  const main = kernelProgram(calls).replace('int main(void)', 'static int run(void)');
  await writeFile(files[0]!, main + mainAround('run()'));
  for (const { symbol } of kernels) {
    const text = await readFile(kernelFile(symbol), 'utf8');
    const shared = functionsOf(text).filter((name) => name !== symbol);
    const path = join(directory, `${symbol}.c`);
    await writeFile(
      path,
      shared.reduce((own, name) => own.replace(new RegExp(`\\b${name}\\b`, 'g'), `${symbol}_${name}`), text),
    );
    files.push(path);
  }
  return {
    files,
    includeDirectories: [packagePath('runtime-c/include')],
    input: Buffer.concat(calls.list.map((call) => call.record)),
    check: (output) => compareOutputs(new DataView(output.buffer, output.byteOffset, output.byteLength), calls.list),
  };
}
