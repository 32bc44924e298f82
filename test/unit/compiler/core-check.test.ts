import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { writePackage } from '../../../src/build/replay.js';
import { findCompiler } from '../../../src/build/toolchain.js';
import { compile } from '../../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';
import type { CoreName } from '../../../src/targets/cores.js';

const text = readFileSync(join(PACKAGE_ROOT, 'test/samples/gru_ternary_shift/model.json'), 'utf8');
const [arm, host] = [await findCompiler('cortex-m4'), await findCompiler('host', 'gcc')];

/** Compiles every source of a package; gives the texts of the errors, and whether all else compiled. */
async function build(
  core: CoreName,
  compiler: string,
  flags: readonly string[],
  kind: 'cmake' | 'single-file' = 'cmake',
) {
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-core-'));
  try {
    const { files } = compile(text, { core, name: 'net', package: kind });
    await writePackage(files, directory);
    const sources = [...files.keys()].filter((path) => /^(src\/.*|net)\.c$/.test(path));
    const args = [...flags, '-std=c99', '-O2', '-Iinclude', '-Isrc', '-fsyntax-only', ...sources];
    const { all, exitCode } = await execa(compiler, args, { cwd: directory, all: true, reject: false });
    return { errors: [...all.matchAll(/error: (.*)/g)].map((match) => match[1]!), exitCode };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test.skipIf(!arm.available).each<[CoreName, string[], string]>([
  ['cortex-m4', ['-mcpu=cortex-m0plus'], 'cortex-m0 or cortex-m0plus'],
  ['cortex-m7', ['-mcpu=cortex-m3'], 'cortex-m3'],
  ['cortex-m33', ['-mcpu=cortex-m23'], 'another Arm core'],
  ['cortex-m33', ['-mcpu=cortex-m33+nodsp'], 'cortex-m33 or cortex-m55 without its DSP extension'],
])('a package for %s and a compiler with %j: one #error that names both', async (core, flags, found) => {
  const { errors } = await build(core, 'arm-none-eabi-gcc', ['-mthumb', ...flags]);
  expect(errors).toEqual([
    expect.stringContaining(`net is compiled by rnnq for ${core}, but this compiler targets ${found}:`),
  ]);
});

test.skipIf(!arm.available).each(['cmake', 'single-file'] as const)(
  '%s: vectors and their header come after the #error',
  async (kind) => {
    for (const [flags, found] of [
      [['-mcpu=cortex-m55', '-mfloat-abi=soft'], 'cortex-m33 or cortex-m55 without its Helium extension'],
      [['-mcpu=cortex-m4'], 'cortex-m4 or cortex-m7'],
    ] as const) {
      const { errors } = await build('cortex-m55', 'arm-none-eabi-gcc', ['-mthumb', ...flags], kind);
      expect(errors).toEqual([expect.stringContaining(`for cortex-m55, but this compiler targets ${found}:`)]);
    }
  },
);

test('a package for a device is no program of this computer', async (ctx) => {
  if (!host.available) return ctx.skip(host.install);
  for (const core of ['cortex-m4', 'cortex-m55'] as const)
    for (const kind of ['cmake', 'single-file'] as const) {
      const { errors } = await build(core, 'gcc', [], kind);
      expect(errors).toEqual([expect.stringMatching(`for ${core}, but this compiler targets (no|another) Arm core`)]);
    }
});

test('a package compiles for every core that has its instructions', async (ctx) => {
  if (!arm.available) return ctx.skip(arm.install);
  for (const [core, flags] of [
    ['cortex-m0', ['-mcpu=cortex-m4']],
    ['cortex-m0', ['-mcpu=cortex-m23']],
    ['cortex-m3', ['-mcpu=cortex-m0plus']],
    ['cortex-m4', ['-mcpu=cortex-m33']],
    ['cortex-m4', ['-mcpu=cortex-m4', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16']],
    ['cortex-m33', ['-mcpu=cortex-m55', '-mfloat-abi=hard']],
    ['cortex-m55', ['-mcpu=cortex-m55', '-mfloat-abi=softfp']],
  ] as const)
    expect([core, flags, await build(core, 'arm-none-eabi-gcc', ['-mthumb', ...flags])]).toEqual([
      core,
      flags,
      { errors: [], exitCode: 0 },
    ]);
});
