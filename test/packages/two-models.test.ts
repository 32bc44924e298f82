import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { RUNNERS } from '../../src/boards/runners/index.js';
import { writePackage } from '../../src/build/replay.js';
import { type CompilerKind, findCompiler, STRICT_FLAGS } from '../../src/build/toolchain.js';
import { PACKAGES, type PackageKind } from '../../src/compiler/5-emit/packages.js';
import { readRuntime, runtimeFiles, runtimeTag, sourceName } from '../../src/compiler/5-emit/runtime.js';
import { compile } from '../../src/compiler/compile.js';
import { footprint } from '../../src/footprint.js';
import type { CoreName } from '../../src/targets/cores.js';
import { WHOLE } from '../whole.js';
import {
  FORMS,
  type Form,
  link,
  mainText,
  type Part,
  type Program,
  part,
  runOrders,
  runParts,
  sampleText,
  tool,
} from './firmware.js';

const TARGETS = ['host', 'cortex-m0plus', 'cortex-m4', 'cortex-m55'] as const;
const [GRU, LSTM, HARD] = ['gru_ternary_shift', 'lstm_s8_multiplier', 'gru_before_hard'] as const;
/** Both networks call it on the host, Cortex-M0+ and M4. */
const KERNEL = 'rnnq_matvec_s8_s8_c';

let root: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rnnq-two-models-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Skips a test where a program for a core can not be built or run. */
async function need(context: TestContext, core: CoreName, compiler: CompilerKind = 'gcc'): Promise<void> {
  const tools = [await findCompiler(core, compiler), ...(core === 'host' ? [] : [await RUNNERS.qemu.available()])];
  for (const t of tools) if (!t.available) context.skip(`${t.tool} is missing: ${t.install}`);
}

const emptyFolder = (): string => join(root, String(count++));

/** Which self-tests fail, one bit a part, with all parts in one program. */
const failed = async (parts: readonly Part[], program: Omit<Program, 'directory'>): Promise<number> =>
  (await runParts(parts, { ...program, directory: emptyFolder() })).failed;

const two = (kind: PackageKind, core: CoreName): Promise<Part[]> =>
  Promise.all([part('alpha', GRU, kind, core), part('beta', LSTM, kind, core)]);

/** Each kind, each core and each form. */
const few: [PackageKind, CoreName, Form][] = PACKAGES.map((kind, k) => [kind, TARGETS[(k + 1) % 4]!, FORMS[k]!]);
/** 6 kinds x 4 cores x 7 forms. */
const every = FORMS.flatMap((f) => PACKAGES.flatMap((k) => TARGETS.map((c): (typeof few)[number] => [k, c, f])));

describe('two models in one program', () => {
  test.for(WHOLE ? every : few)('%s packages on %s: %s', async ([kind, core, form], context) => {
    await need(context, core);
    expect(await failed(await two(kind, core), { core, form })).toBe(0);
  });

  test('of any kinds and targets, three of them, as libraries in every order', async (context) => {
    const core = 'cortex-m4';
    await need(context, core);
    const parts = await Promise.all([
      part('alpha', GRU, 'single-file', 'cortex-m0'),
      part('beta', LSTM, 'arduino', core),
      part('gamma', HARD, 'cmake', 'cortex-m3'),
    ]);
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ];
    const outcomes = await runOrders(parts, orders, { core, form: 'libraries', directory: emptyFolder() });
    expect(outcomes.map((outcome) => outcome.failed)).toEqual([0, 0, 0]);
  });

  test('the same network under two names, and for two objectives', async (context) => {
    await need(context, 'host');
    const parts = await Promise.all([
      part('alpha', 'gru_digits', 'c', 'host'),
      part('beta', 'gru_digits', 'zephyr', 'host'),
      part('small', 'gru_digits', 'platformio', 'host', 'size'),
    ]);
    expect(await failed(parts, { core: 'host', form: 'objects, nothing dropped' })).toBe(0);
  });

  test('compiled by clang, and as C++', async (context) => {
    await need(context, 'host');
    expect(await failed(await two('cmake', 'host'), { core: 'host', form: 'one folder', cpp: true })).toBe(0);
    await need(context, 'host', 'clang');
    const compiler = 'clang';
    expect(await failed(await two('single-file', 'host'), { core: 'host', form: 'libraries', compiler })).toBe(0);
  });

  test.for([
    ['host', 'gcc', 'c99'],
    ['host', 'gcc', 'c++17'],
    ['cortex-m4', 'gcc', 'c99'],
    ['cortex-m55', 'gcc', 'c99'],
  ] as const)('single files included into one file: %s, %s, %s', async ([core, compiler, standard], context) => {
    await need(context, core, compiler);
    const directory = emptyFolder();
    const parts = await two('single-file', core);
    for (const { files } of parts) await writePackage(files, directory);
    const names = parts.map(({ name }) => name);
    const included = names.flatMap((n) => [`#include "${n}.c"`, `#include "${n}_selftest.c"`]);
    const text = `${included.join('\n')}\n${mainText(names)}`;
    const source = join(directory, standard === 'c99' ? 'all.c' : 'all.cpp');
    await writeFile(source, text);
    if (standard === 'c99') {
      const { exitCode } = await link([source], [], { core, form: 'objects', directory });
      return expect(exitCode).toBe(0);
    }
    const flags = [`-std=${standard}`, '-Wall', '-Wextra', '-Werror', source, '-o', 'all'];
    await execa('g++', flags, { cwd: directory });
    expect((await execa(join(directory, 'all'), { reject: false })).exitCode).toBe(0);
  });
});

test('a CMake package takes no part in a unity build, where its kernels would meet in one file', async (context) => {
  const core = 'cortex-m4';
  await need(context, core);
  if ((await execa('cmake', ['--version'], { reject: false })).failed) context.skip('cmake is missing');
  const directory = emptyFolder();
  const { files } = await part('alpha', 'gru_digits', 'cmake', core);
  await writePackage(files, directory);
  const options = ['-DCMAKE_UNITY_BUILD=ON', '-DCMAKE_SYSTEM_NAME=Generic', '-DCMAKE_C_FLAGS=-mthumb -mcpu=cortex-m4'];
  const cross = ['-DCMAKE_C_COMPILER=arm-none-eabi-gcc', '-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY'];
  await execa('cmake', ['-B', 'build', ...options, ...cross], { cwd: directory });
  await execa('cmake', ['--build', 'build', '--target', 'alpha'], { cwd: directory });
  expect(existsSync(join(directory, 'build/libalpha.a'))).toBe(true);
});

test('two different models of one name are an error, wherever the compiler sees both', async (context) => {
  await need(context, 'host');
  const [gru, lstm] = (await Promise.all([part('same', GRU, 'c', 'host'), part('same', LSTM, 'c', 'host')])) as [
    Part,
    Part,
  ];
  const directory = emptyFolder();
  await writePackage(gru.files, join(directory, 'gru'));
  await writePackage(lstm.files, join(directory, 'lstm'));
  const headers = '#include "gru/include/same.h"\n#include "lstm/include/same.h"\n';
  const complaint = async (source: string, include: string): Promise<string> =>
    (await execa('gcc', ['-fsyntax-only', `-I${include}`, source], { cwd: directory, reject: false })).stderr;
  await writeFile(join(directory, 'both.c'), headers);
  expect(await complaint('both.c', '.')).toContain('two headers of different models are both SAME_H');
  expect(await complaint('gru/src/same.c', 'lstm/include')).toContain('are of different models');
  expect(await complaint('gru/src/same.c', 'gru/include')).toBe('');
});

describe('kernels of different versions of rnnq', () => {
  /** A package as another version would write it, whose kernel writes zeros. */
  const ofOtherVersion = ({ name, files }: Part): Part => {
    const other = [...files].map(([path, text]): [string, string] => [
      path,
      text
        .replaceAll(runtimeTag(), '0ddba115')
        .replace(
          new RegExp(`(RNNQ_SHARED\\n\\w+ ${KERNEL}\\([^)]*\\)\\n\\{\\n)`),
          '$1    if (rows > 0) {\n        out[0] = 0;\n        return;\n    }\n',
        ),
    ]);
    return { name, files: new Map(other) };
  };

  test.for([
    ['c', 'objects'],
    ['single-file', 'libraries'],
    ['single-file', 'link-time optimization'],
  ] as const)('do not meet, in any order of linking: %s, %s', async ([kind, form], context) => {
    await need(context, 'host');
    const [alpha, beta] = (await two(kind, 'host')) as [Part, Part];
    const orders = [
      [0, 1],
      [1, 0],
    ];
    const program = { core: 'host', form, directory: emptyFolder() } as const;
    const outcomes = await runOrders([alpha, ofOtherVersion(beta)], orders, program);
    expect(outcomes.map((outcome) => outcome.failed)).toEqual([0b10, 0b10]);
  });

  test.for([
    ['one folder', 'arduino'],
    ['one file', 'single-file'],
  ] as const)('in %s are an error that says so: %s', async ([form, kind], context) => {
    await need(context, 'host');
    const [alpha, beta] = (await two(kind, 'host')) as [Part, Part];
    const parts = [alpha, ofOtherVersion(beta)];
    const said = /#error "?\w+\.c and rnnq\.h are of different versions of rnnq/;
    if (form === 'one folder') {
      await expect(failed(parts, { core: 'host', form })).rejects.toThrow(said);
      await expect(failed(parts.reverse(), { core: 'host', form })).rejects.toThrow(said);
      return;
    }
    const directory = emptyFolder();
    for (const { files } of parts) await writePackage(files, directory);
    await writeFile(join(directory, 'all.c'), '#include "alpha.c"\n#include "beta.c"\n');
    await expect(execa('gcc', ['-c', 'all.c'], { cwd: directory })).rejects.toThrow(said);
  });

  test('have other symbols where any character of the runtime differs', () => {
    const runtime = readRuntime();
    for (const [path, text] of runtime)
      expect(runtimeTag(new Map([...runtime, [path, `${text} `]]))).not.toBe(runtimeTag());
    const header = runtimeFiles([KERNEL]).get('src/rnnq.h')!;
    const symbols = [...runtime.values()].flatMap((text) =>
      [...text.matchAll(/^RNNQ_SHARED\n\w+ (rnnq_\w+)\(/gm)].map((match) => match[1]!),
    );
    expect(symbols).toHaveLength([...runtime.keys()].filter((path) => path.endsWith('.c')).length);
    for (const name of symbols) {
      expect(header).toContain(`#define ${name} ${name}_${runtimeTag()}\n`);
      expect(sourceName(`${name}_${runtimeTag()}`)).toBe(name);
    }
  });
});

describe('flash of several models', () => {
  /** Bytes of code and constants, and of data. */
  const flash = async (core: CoreName, file: string): Promise<number> => {
    const { stdout } = await execa(tool(core, 'size'), [file]);
    const [text, data] = stdout.split('\n')[1]!.trim().split(/\s+/).map(Number) as [number, number];
    return text + data;
  };

  test('is what the report says', async (context) => {
    const core = 'cortex-m4';
    await need(context, core);
    const [alpha, beta] = await Promise.all(['alpha', 'beta'].map((n) => part(n, 'gru_digits', 'cmake', core)));
    const build = async (parts: readonly Part[]) => {
      const { executable } = await runParts(parts, { core, form: 'objects', directory: emptyFolder() });
      return flash(core, executable);
    };
    const { severalModels, measured } = await footprint(
      compile(await sampleText('gru_digits'), { core, name: 'beta' }),
      core,
    );
    const { added, shared } = severalModels!;
    expect(added + shared).toBe(measured!.total.text + measured!.total.data);
    // the program also holds self-tests with their golden
    const golden = await selftestBytes(beta!, core);
    const difference = (await build([alpha!, beta!])) - (await build([alpha!]));
    expect(Math.abs(difference - golden - added)).toBeLessThan(200);
    expect(shared).toBeGreaterThan(1000);
  });

  async function selftestBytes({ name, files }: Part, core: CoreName): Promise<number> {
    const directory = emptyFolder();
    await writePackage(files, directory);
    const flags = ['-mthumb', '-mcpu=cortex-m4', ...STRICT_FLAGS, '-O2', '-Iinclude', '-Itest'];
    await execa(tool(core, 'gcc'), [...flags, '-c', `test/${name}_selftest.c`, '-o', 'selftest.o'], { cwd: directory });
    return flash(core, join(directory, 'selftest.o'));
  }
});
