import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePackage } from '../../src/build/replay.js';
import { PACKAGES, type PackageKind } from '../../src/compiler/5-emit/packages.js';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

const TEST_MS = 120_000;
const EXAMPLES = join(PACKAGE_ROOT, 'examples/packages');
const STUBS = join(PACKAGE_ROOT, 'test/packages');
const MAIN = join(PACKAGE_ROOT, 'dist/cli/main.js'); // npm test builds it first
const WARNINGS = ['-Wall', '-Wextra', '-Werror'];
const CORTEX_M4 = ['-mthumb', '-mcpu=cortex-m4'];

let root: string;
let model: string;
let small: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rnnq-examples-'));
  const options = ['--data', 'gestures', '--cell', 'gru', '--units', '16', '--epochs', '12', '-o', 'model.json'];
  await execa(process.execPath, [MAIN, 'train', ...options], { cwd: root });
  model = await readFile(join(root, 'model.json'), 'utf8');
  const few = ['--data', 'gestures', '--cell', 'lstm', '--units', '8', '--epochs', '2', '-o', 'small.json'];
  await execa(process.execPath, [MAIN, 'train', ...few], { cwd: root });
  small = await readFile(join(root, 'small.json'), 'utf8');
}, TEST_MS);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Whether all tools are there; if not, says loudly that a test is skipped. */
function has(...tools: readonly string[]): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = tools.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  if (missing.length > 0) console.warn(`SKIPPED: a test of examples, because ${missing.join(', ')} is missing`);
  return missing.length === 0;
}

/** A copy of an example, with the package that its README generates. */
async function prepare(example: string, kind: PackageKind, core: string, place = 'gesture'): Promise<string> {
  const directory = join(root, example);
  await cp(join(EXAMPLES, example), directory, { recursive: true });
  await writePackage(compile(model, { core, name: 'gesture', package: kind }).files, join(directory, place));
  return directory;
}

const run = async (cwd: string, file: string, args: readonly string[], input = ''): Promise<string> =>
  (await execa(file, args, { cwd, input, all: true, timeout: TEST_MS })).all;

async function buildWatch(): Promise<string> {
  const directory = await prepare('cmake', 'cmake', 'host');
  await run(directory, 'cmake', ['-B', 'build', `-DCMAKE_C_FLAGS=${WARNINGS.join(' ')}`]);
  await run(directory, 'cmake', ['--build', 'build']);
  return join(directory, 'build/watch');
}

/** Sample t of the accelerometer of examples/packages/c. */
const sample = (t: number): string =>
  [0, 1, 2].map((i) => ((t * (i + 3)) % [17, 5, 40][Math.floor(t / 40) % 3]!) / 16 - 0.5).join(',');

/** What the instances of examples/packages/cmake say after the given samples. */
const classes = async (watch: string, lines: readonly string[]): Promise<string[]> =>
  (await run(root, watch, [], `${lines.join('\n')}\n`)).split('\n').map((line) => line.replace(/^sensor \d: /, ''));

const isThere = has('cmake', 'gcc', 'make');

describe.skipIf(!isThere)('examples/packages', () => {
  let watch: string;
  beforeAll(async () => {
    watch = await buildWatch();
  }, TEST_MS);

  test('cmake: instances do not disturb each other', { timeout: TEST_MS }, async () => {
    const streams = [0, 5, 11, 40].map((first) => Array.from({ length: 40 }, (_, t) => sample(first + 7 * t)));
    const mixed = streams[0]!.flatMap((_, t) => streams.map((stream) => stream[t]!));
    const alone = await Promise.all(
      streams.map((stream) =>
        classes(
          watch,
          stream.flatMap((s) => [s, s, s, s]),
        ),
      ),
    );
    expect(await classes(watch, mixed)).toEqual(alone.map(([first]) => first));
  });

  test.skipIf(!has('arm-none-eabi-gcc', 'qemu-system-arm'))(
    'c: the network in the timer interrupt says what the same network says on this computer',
    { timeout: TEST_MS },
    async () => {
      const directory = await prepare('c', 'c', 'cortex-m4');
      const said = await run(directory, 'make', ['-s', 'run', 'QEMU_FLAGS=-icount shift=3']);
      const expected = await Promise.all(
        [40, 80, 120].map(async (steps) => {
          const lines = Array.from({ length: steps }, (_, t) => sample(t)).flatMap((s) => [s, s, s, s]);
          return `gesture: ${(await classes(watch, lines))[0]}`;
        }),
      );
      expect(said.trim().split('\n').slice(-3)).toEqual(expected);
      expect(new Set(expected).size).toBeGreaterThan(1); // or a constant answer would pass
    },
  );

  test('two-models: each network says what it says alone', { timeout: TEST_MS }, async () => {
    const directory = await prepare('two-models', 'cmake', 'host');
    const motion = compile(small, { core: 'host', name: 'motion', package: 'single-file' });
    await writePackage(motion.files, join(directory, 'motion'));
    await run(directory, 'cmake', ['-B', 'build', `-DCMAKE_C_FLAGS=${WARNINGS.join(' ')}`]);
    await run(directory, 'cmake', ['--build', 'build']);
    const samples = Array.from({ length: 120 }, (_, t) => sample(t));
    const said = (await run(directory, join(directory, 'build/two_models'), [], `${samples.join('\n')}\n`)).split('\n');
    expect(said.shift()).toBe('selftest: gesture 0, motion 0');
    expect(said.length).toBeGreaterThan(1);
    for (const line of said) {
      const [, step, gesture] = /^step (\d+): motion \S+, gesture (\S+)$/.exec(line)!;
      const [alone] = await classes(
        watch,
        samples.slice(0, Number(step)).flatMap((s) => [s, s, s, s]),
      );
      expect(gesture).toBe(alone);
    }
  });

  test('single-file: a restored state goes on with the same logits', { timeout: TEST_MS }, async () => {
    const directory = await prepare('single-file', 'single-file', 'host');
    await run(directory, 'gcc', [
      '-O2',
      '-std=c99',
      ...WARNINGS,
      '-Igesture',
      'gesture/gesture.c',
      'main.c',
      '-o',
      'resume',
    ]);
    await run(directory, './resume', ['first', 'state']);
    const whole = await run(directory, './resume', ['whole']);
    expect(whole.split('\n')).toHaveLength(4);
    expect(await run(directory, './resume', ['second', 'state'])).toBe(whole);
    const saved = await readFile(join(directory, 'state'));
    for (let at = 5; at < saved.length; at += 2) saved[at]! ^= 0x20; // the high bytes of the state
    await writeFile(join(directory, 'changed'), saved);
    expect(await run(directory, './resume', ['second', 'changed'])).not.toBe(whole);
    saved[0]! ^= 1; // the model
    await writeFile(join(directory, 'other'), saved);
    await expect(run(directory, './resume', ['second', 'other'])).rejects.toThrow('no state of this model');
  });
});

describe.skipIf(!has('arm-none-eabi-gcc', 'arm-none-eabi-g++'))('examples/packages, compiled for Cortex-M4', () => {
  const compileObject = (directory: string, compiler: string, args: readonly string[]) =>
    run(directory, compiler, [...CORTEX_M4, ...WARNINGS, ...args, '-c', '-o', 'example.o']);
  const usesNetwork = async (directory: string) =>
    expect(await run(directory, 'arm-none-eabi-nm', ['example.o'])).toMatch(/ U gesture_advance$/m);

  test('arduino', { timeout: TEST_MS }, async () => {
    const directory = await prepare('arduino', 'arduino', 'cortex-m4', 'libraries/gesture');
    const sketch = ['-include', 'Arduino.h', '-x', 'c++', 'Gesture/Gesture.ino'];
    await compileObject(directory, 'arm-none-eabi-g++', [
      ...['-Ilibraries/gesture/src', `-I${STUBS}/arduino-core`],
      ...sketch,
    ]);
    await usesNetwork(directory);
  });

  test('platformio', { timeout: TEST_MS }, async () => {
    const directory = await prepare('platformio', 'platformio', 'cortex-m4', 'lib/gesture');
    await compileObject(directory, 'arm-none-eabi-g++', [
      ...['-Ilib/gesture/include', `-I${STUBS}/arduino-core`, 'src/main.cpp'],
    ]);
    await usesNetwork(directory);
    const { dependencies = {} } = JSON.parse(await readFile(join(directory, 'lib/gesture/library.json'), 'utf8'));
    expect(dependencies).toEqual({});
  });

  test('zephyr', { timeout: TEST_MS }, async () => {
    const directory = await prepare('zephyr', 'zephyr', 'cortex-m4');
    await compileObject(directory, 'arm-none-eabi-gcc', [
      ...['-std=c11', '-Igesture/include', `-I${STUBS}/zephyr-core/include`, 'src/main.c'],
    ]);
    await usesNetwork(directory);
    const kconfig = await readFile(join(directory, 'gesture/zephyr/Kconfig'), 'utf8');
    expect(kconfig).toContain('config GESTURE\n');
    expect(await readFile(join(directory, 'prj.conf'), 'utf8')).toContain('CONFIG_GESTURE=y\n');
  });
});

test('there is an example for every package, and each has a page', async () => {
  const folders = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).sort();
  expect(names).toEqual([...PACKAGES, 'streams', 'two-models'].sort());
  for (const name of PACKAGES)
    expect(await readFile(join(EXAMPLES, name, 'README.md'), 'utf8')).toContain(`--package ${name} `);
});
