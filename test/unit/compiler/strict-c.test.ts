import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOARDS_DIRECTORY } from '../../../src/boards/board.js';
import { findOnPath } from '../../../src/boards/tools.js';
import { type PackageFiles, writePackage } from '../../../src/build/replay.js';
import { findCompiler, runTool, STRICT_FLAGS } from '../../../src/build/toolchain.js';
import { readRuntime } from '../../../src/compiler/5-emit/runtime.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { OBJECTIVES } from '../../../src/ir/plan.js';
import { CORES, type CoreName } from '../../../src/targets/cores.js';
import { ARGMAX, CONCATS, KERNELS, RUNNABLE } from '../../../src/targets/kernels.js';
import { randomNetwork } from '../../fuzz/random-network.js';
import { kernelFile, kernelFiles, STREAM_FILES } from '../../kernels/kernel-files.js';
import { some, WHOLE } from '../../whole.js';

/** Random networks of all cells, formats and inputs. */
const SEEDS = [75, 103, 62, 4];
/**
 * The host; a core that takes all kernels, and one without instructions of 32 bits. test/kernels and test/samples build with
 * the same flags for every core.
 */
const TRIED: readonly CoreName[] = ['host', 'cortex-m0', 'cortex-m55'];
const REQUIRED = process.env.RNNQ_REQUIRE_QEMU === '1';
const INCLUDES = ['-Iinclude', '-Isrc', '-Itest', `-I${join(BOARDS_DIRECTORY, 'common')}`];
const CPP_FLAGS = ['-x', 'c++', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'];
const CORE_NAMES = Object.keys(CORES) as CoreName[];

const root = await mkdtemp(join(tmpdir(), 'rnnq-strict-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const packagesFor = (core: CoreName, seeds: readonly number[]) =>
  seeds.map((seed, i) => {
    const objective = OBJECTIVES[i % OBJECTIVES.length]!;
    return compileModel(randomNetwork(seed).model, { core, objective });
  });

/** Every C file; and for every header a file with nothing but the header, twice: it stands alone and is guarded. */
function translationUnits(files: PackageFiles): Map<string, string> {
  const units = new Map<string, string>();
  for (const [path, text] of files) {
    if (path.endsWith('.c')) units.set(path, text);
    if (path.endsWith('.h')) units.set(`only_${basename(path, '.h')}.c`, `#include "${basename(path)}"\n`.repeat(2));
  }
  return units;
}

interface Package {
  readonly directory: string;
  readonly units: readonly string[];
}

async function writePackages(core: CoreName, seeds: readonly number[]): Promise<Package[]> {
  const packages: Package[] = [];
  for (const { files, name } of packagesFor(core, seeds)) {
    const directory = join(root, `${core}_${name}`);
    const units = translationUnits(files);
    await writePackage(files, directory);
    await writePackage(units, directory);
    packages.push({ directory, units: [...units.keys()] });
  }
  return packages;
}

/** Every function of runtime-c that a core can run, whatever is chosen for networks. */
async function writeKernels(core: CoreName): Promise<Package> {
  const kernels = KERNELS.filter((kernel) => RUNNABLE[CORES[core].isa].includes(kernel.isa));
  const units = [...kernelFiles(kernels), ...[ARGMAX, ...Object.values(CONCATS)].map(kernelFile), ...STREAM_FILES];
  const directory = join(root, `${core}_kernels`);
  const headers = [...readRuntime()].filter(([path]) => path.startsWith('include/'));
  await writePackage(new Map(headers), directory);
  return { directory, units };
}

/** Runs a compiler over every translation unit; a warning is an error. Optimized code gets more warnings. */
async function compileAll(compiler: string, packages: readonly Package[], flags: readonly string[]): Promise<void> {
  for (const { directory, units } of packages) await runTool(compiler, [...flags, ...INCLUDES, ...units], directory);
}

/** Skips loudly. Clang is a second opinion; without a gcc, tests fail where the cores' tools are required (CI). */
function isSkipped(what: string, missing: string | null): boolean {
  if (missing === null || (REQUIRED && what.endsWith('gcc'))) return false;
  console.warn(`SKIPPED ${what}: ${missing}`);
  return true;
}

describe('every kernel and every file of a package is strict C99', async () => {
  const cases: [CoreName, 'gcc' | 'clang'][] = [
    ...(WHOLE ? CORE_NAMES : TRIED).map((core) => [core, 'gcc'] as [CoreName, 'gcc']),
    ['host', 'clang'],
  ];
  for (const [core, which] of cases) {
    const compiler = await findCompiler(core, which);
    const missing = compiler.available ? null : compiler.install;
    test.skipIf(isSkipped(`strict C for ${core}, ${which}`, missing))(`for ${core} with ${which}`, async () => {
      if (!compiler.available) throw new Error(missing!);
      const all = core === 'host' && which === 'gcc';
      const packages = [await writeKernels(core), ...(await writePackages(core, some(all ? SEEDS.length : 1, SEEDS)))];
      await compileAll(compiler.path, packages, [...CORES[core].flags, ...STRICT_FLAGS, '-O2', '-S']);
    });
  }
});

describe('every kernel and every file of a package is C++ too', async () => {
  let packages: Package[] = [];
  beforeAll(async () => {
    packages = [await writeKernels('host'), ...(await writePackages('host', some(1, SEEDS)))];
  });
  for (const name of some(1, ['g++', 'clang++'])) {
    const compiler = await findOnPath(name);
    const missing = compiler === null ? `${name} was not found` : null;
    test.skipIf(isSkipped(`C++ with ${name}`, missing))(`for ${name}`, async () => {
      if (compiler === null) throw new Error(missing!);
      await compileAll(compiler, packages, CPP_FLAGS);
    });
  }
});

test('a conversion that C takes silently is refused', async (context) => {
  const compiler = await findCompiler('host');
  if (!compiler.available) return context.skip(`gcc is missing: ${compiler.install}`);
  const directory = join(root, 'planted');
  await writePackage(new Map([['planted.c', 'signed char f(int a)\n{\n    return a;\n}\n']]), directory);
  const build = compileAll(compiler.path, [{ directory, units: ['planted.c'] }], [...STRICT_FLAGS, '-O2', '-S']);
  await expect(build).rejects.toThrow(/-Werror.*conversion/);
});
