import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePackage } from '../../src/build/replay.js';
import { PACKAGES, type PackageKind } from '../../src/compiler/5-emit/packages.js';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import type { CoreName } from '../../src/targets/cores.js';
import { has, run } from './tools.js';

const TEST_MS = 120_000;
const HERE = join(PACKAGE_ROOT, 'test/packages');
const CORTEX_M4 = ['-mthumb', '-mcpu=cortex-m4'];

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rnnq-packages-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const model = await readFile(join(PACKAGE_ROOT, 'test/samples/gru_joint_multiplier/model.json'), 'utf8');
const filesOf = (kind: PackageKind, core: CoreName = 'cortex-m4') =>
  compile(model, { core, name: 'kws', package: kind }).files;

/** Writes a package into a folder called kws, as a library folder must be. */
async function write(kind: PackageKind, core?: CoreName): Promise<string> {
  const directory = join(root, core ?? '', kind, 'kws');
  await writePackage(filesOf(kind, core), directory);
  return directory;
}

/** Kconfiglib is the parser that Zephyr uses itself; Debian has it as python3-kconfiglib. */
const kconfig = (await execa('/usr/bin/python3', ['-c', 'import kconfiglib'], { reject: false })).exitCode === 0;
if (!kconfig) console.warn('SKIPPED: Kconfig read by Kconfiglib (apt-get install -y python3-kconfiglib)');

describe('every package', () => {
  test.each(PACKAGES)('%s is the same for the same model and has report and README', (kind) => {
    const files = filesOf(kind);
    expect(filesOf(kind)).toEqual(files);
    expect([...files.keys()].filter((path) => !path.includes('/'))).toEqual(
      expect.arrayContaining(['kws.report.json', 'README.md']),
    );
    for (const path of files.keys()) expect(path).not.toContain('NAME');
  });

  test.each(PACKAGES)('%s includes only files that it has', (kind) => {
    const files = filesOf(kind);
    const names = new Set([...files.keys()].map((path) => basename(path)));
    for (const [path, text] of files)
      for (const [, name] of text.matchAll(/^#include "([^"]+)"/gm))
        if (!['rnnq_io.h', 'rnnq_lines.h', 'cycles.h', 'board.h'].includes(name!))
          expect(names, `${path} includes ${name}`).toContain(name);
  });
});

const ARM_CMAKE = ['-DCMAKE_SYSTEM_NAME=Generic', '-DCMAKE_C_COMPILER=arm-none-eabi-gcc'].concat([
  '-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY',
  `-DCMAKE_C_FLAGS=${[...CORTEX_M4, '-Wall', '-Wextra', '-Werror'].join(' ')}`,
]);

test.skipIf(!has('cmake', 'gcc'))(
  'cmake builds on the host and passes its own test',
  { timeout: TEST_MS },
  async () => {
    const directory = await write('cmake', 'host');
    await run('cmake', ['-B', 'build', '-DCMAKE_C_FLAGS=-Wall -Wextra -Werror'], directory);
    await run('cmake', ['--build', 'build'], directory);
    expect((await run('ctest', ['--test-dir', 'build'], directory)).all).toContain('100% tests passed');
  },
);

test.skipIf(!has('cmake', 'arm-none-eabi-gcc'))('cmake builds for Arm', { timeout: TEST_MS }, async () => {
  const directory = await write('cmake');
  await run('cmake', ['-B', 'arm', ...ARM_CMAKE], directory);
  await run('cmake', ['--build', 'arm', '--target', 'kws', 'kws_selftest'], directory);
  expect(await readdir(join(directory, 'arm'))).toEqual(expect.arrayContaining(['libkws.a', 'libkws_selftest.a']));
});

test.skipIf(!has('make', 'gcc'))('c: make test passes on the host', { timeout: TEST_MS }, async () => {
  const directory = await write('c', 'host');
  expect((await run('make', ['test', 'CFLAGS=-O2 -Wall -Wextra -Werror'], directory)).all).toContain('selftest: ok');
});

test.skipIf(!has('make', 'arm-none-eabi-gcc'))('c: make builds for Arm', { timeout: TEST_MS }, async () => {
  const directory = await write('c');
  const flags = `CFLAGS=-O2 -Wall -Wextra -Werror ${CORTEX_M4.join(' ')}`;
  await run('make', ['CROSS=arm-none-eabi-', 'BUILD=arm', flags], directory);
  expect(await readdir(join(directory, 'arm'))).toContain('libkws.a');
});

/** Categories of the Arduino library specification, section library.properties. */
const ARDUINO_CATEGORIES = [
  'Display',
  'Communication',
  'Signal Input/Output',
  'Sensors',
  'Device Control',
  'Timing',
].concat(['Data Storage', 'Data Processing', 'Other']);

describe('arduino', () => {
  test('library.properties and the layout obey the Arduino library specification', () => {
    const files = filesOf('arduino');
    const lines = files.get('library.properties')!.trim().split('\n');
    const properties = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const required = [
      'name',
      'version',
      'author',
      'maintainer',
      'sentence',
      'paragraph',
      'category',
      'url',
      'architectures',
    ];
    expect(Object.keys(properties)).toEqual([...required, 'includes']);
    expect(properties.name).toMatch(/^[A-Za-z][A-Za-z0-9 _.-]{0,62}$/);
    expect(properties.name!.toLowerCase()).not.toContain('arduino');
    expect(properties.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(ARDUINO_CATEGORIES).toContain(properties.category);
    expect(properties.url).toMatch(/^https?:\/\//);
    expect(properties.architectures).toBe('*');
    expect(files.has(`src/${properties.includes}`)).toBe(true);
    const folders = new Set([...files.keys()].filter((path) => path.includes('/')).map((path) => path.split('/')[0]));
    expect([...folders].sort()).toEqual(['examples', 'src']);
    for (const path of files.keys()) if (path.endsWith('.ino')) expect(path).toMatch(/^examples\/(\w+)\/\1\.ino$/); // the sketch is called as its folder
  });

  test('keywords.txt separates its fields by tabs', () => {
    const lines = filesOf('arduino')
      .get('keywords.txt')!
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    for (const line of lines) expect(line).toMatch(/^\w+\t(KEYWORD1|KEYWORD2|LITERAL1)$/);
  });

  test.skipIf(!has('arm-none-eabi-gcc', 'arm-none-eabi-g++'))(
    'C and sketch compile for Arm',
    { timeout: TEST_MS },
    async () => {
      const directory = await write('arduino');
      const warnings = ['-Wall', '-Wextra', '-Werror', ...CORTEX_M4, '-Isrc', '-c'];
      for (const name of (await readdir(join(directory, 'src'))).filter((file) => file.endsWith('.c')))
        await run('arm-none-eabi-gcc', [...warnings, `src/${name}`, '-o', `${name}.o`], directory);
      const sketch = ['-include', 'Arduino.h', '-x', 'c++', 'examples/Selftest/Selftest.ino'];
      await run('arm-none-eabi-g++', [...warnings, `-I${HERE}/arduino-core`, ...sketch, '-o', 'sketch.o'], directory);
      const symbols = (await run('arm-none-eabi-nm', ['sketch.o'], directory)).stdout;
      expect(symbols).toMatch(/ U kws_selftest$/m); // C linkage, or it would be a mangled name
    },
  );
});

describe('platformio', () => {
  test('library.json obeys the fields of the PlatformIO documentation', () => {
    const files = filesOf('platformio');
    const library = JSON.parse(files.get('library.json')!);
    const known = [
      '$schema',
      'name',
      'version',
      'description',
      'keywords',
      'frameworks',
      'platforms',
      'headers',
      'build',
    ];
    expect(Object.keys(library)).toEqual(known);
    expect(library.name).toMatch(/^[^:;/,@<>]{1,50}$/);
    expect(library.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(library.description.length).toBeLessThanOrEqual(255);
    for (const word of library.keywords) expect(word).toMatch(/^[a-z\d-]{1,50}$/);
    expect(files.has(`${library.build.includeDir}/${library.headers}`)).toBe(true);
    expect([...files.keys()].filter((path) => path.startsWith(`${library.build.srcDir}/`)).length).toBeGreaterThan(5);
  });

  test.skipIf(!has('arm-none-eabi-gcc'))(
    'all of src compiles with include on the path',
    { timeout: TEST_MS },
    async () => {
      const directory = await write('platformio');
      for (const name of (await readdir(join(directory, 'src'))).filter((file) => file.endsWith('.c')))
        await run(
          'arm-none-eabi-gcc',
          ['-Wall', '-Wextra', '-Werror', ...CORTEX_M4, '-Iinclude', '-c', `src/${name}`, '-o', `${name}.o`],
          directory,
        );
    },
  );
});

describe('zephyr', () => {
  test('module.yml names what is there', () => {
    const files = filesOf('zephyr');
    expect(files.get('zephyr/module.yml')).toBe('name: kws\nbuild:\n  cmake: zephyr\n  kconfig: zephyr/Kconfig\n');
    expect(files.has('zephyr/CMakeLists.txt') && files.has('zephyr/Kconfig')).toBe(true);
  });

  test('the options of the sample are those of Kconfig', () => {
    const files = filesOf('zephyr');
    const options = [...files.get('zephyr/Kconfig')!.matchAll(/^config (\w+)\n\tbool ".+"\n/gm)].map(
      (match) => match[1],
    );
    expect(files.get('samples/selftest/prj.conf')!.trim().split('\n')).toEqual(
      options.map((name) => `CONFIG_${name}=y`),
    );
  });

  test.skipIf(!kconfig)(
    'Kconfiglib reads Kconfig and knows the options of the sample',
    { timeout: TEST_MS },
    async () => {
      const directory = await write('zephyr');
      const program = [
        'import kconfiglib, sys',
        'tree = kconfiglib.Kconfig("zephyr/Kconfig", warn_to_stderr=False)',
        'tree.load_config("samples/selftest/prj.conf")',
        'print(tree.warnings, sorted((name, symbol.str_value) for name, symbol in tree.syms.items() if name.startswith("KWS")))',
      ];
      const { stdout } = await run('/usr/bin/python3', ['-c', program.join('\n')], directory);
      expect(stdout).toBe("[] [('KWS', 'y'), ('KWS_SELFTEST', 'y')]");
    },
  );

  test.skipIf(!has('cmake', 'arm-none-eabi-gcc'))(
    'CMake of the module builds for Arm',
    { timeout: TEST_MS },
    async () => {
      const directory = await write('zephyr');
      const options = ['-DCONFIG_KWS=y', '-DCONFIG_KWS_SELFTEST=y', `-DMODULE=${directory}/zephyr`];
      await run(
        'cmake',
        ['-S', `${HERE}/zephyr-core`, '-B', `${root}/zephyr-build`, ...ARM_CMAKE, ...options],
        directory,
      );
      await run('cmake', ['--build', `${root}/zephyr-build`], directory);
      const members = await run('arm-none-eabi-nm', ['-g', `${root}/zephyr-build/module/libkws.a`], directory);
      expect(members.stdout).toMatch(/ T kws_selftest$/m);
      expect(members.stdout).toMatch(/ T kws_step$/m);
    },
  );
});
