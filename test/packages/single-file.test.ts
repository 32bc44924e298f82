import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePackage } from '../../src/build/replay.js';
import { STRICT_FLAGS } from '../../src/build/toolchain.js';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { CORES } from '../../src/targets/cores.js';
import { some } from '../whole.js';
import { has, run } from './tools.js';

const TEST_MS = 120_000;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rnnq-single-file-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.skipIf(!has('gcc'))('single-file', () => {
  test.each(some(2, ['gru_ternary_shift', 'gru_joint_multiplier', 'lstm_s8_multiplier', 'lstm_on_gru', 'gru_digits']))(
    '%s compiles alone, without a warning, and passes the self-test',
    { timeout: TEST_MS },
    async (sample) => {
      const text = await readFile(join(PACKAGE_ROOT, `test/samples/${sample}/model.json`), 'utf8');
      const directory = join(root, 'single', sample);
      await writePackage(compile(text, { core: 'host', name: 'kws', package: 'single-file' }).files, directory);
      await run('gcc', [...STRICT_FLAGS, '-c', 'kws.c', '-o', 'kws.o'], directory);
      await run(
        'gcc',
        [...STRICT_FLAGS, '-I.', 'kws.o', 'kws_selftest.c', 'examples/main.c', '-o', 'example'],
        directory,
      );
      expect((await run('./example', [], directory)).all).toContain('selftest: ok');
    },
  );
});

test.skipIf(!has('clang', 'clang++'))(
  'single-file: clang has no warning of it either, as C and as C++',
  { timeout: TEST_MS },
  async () => {
    for (const sample of ['gru_16_bits', 'gru_before_hard', 'gru_joint_multiplier', 'lstm_one_hot']) {
      const text = await readFile(join(PACKAGE_ROOT, `test/samples/${sample}/model.json`), 'utf8');
      const directory = join(root, 'clang', sample);
      await writePackage(compile(text, { core: 'host', name: 'kws', package: 'single-file' }).files, directory);
      const warnings = [
        '-Wall',
        '-Wextra',
        '-Wpedantic',
        '-Wconversion',
        '-Wshadow',
        '-Wundef',
        '-Werror',
        '-fsyntax-only',
      ];
      // functions of a header that nobody calls are functions of a source here
      await run('clang', ['-std=c99', ...warnings, 'kws.c', 'kws_selftest.c'], directory);
      await run('clang++', ['-std=c++11', '-x', 'c++', ...warnings, 'kws.c', 'kws_selftest.c'], directory);
    }
  },
);

describe.skipIf(!has('arm-none-eabi-gcc'))('single-file for Cortex-M', () => {
  // tuned kernels bring headers of intrinsics, structures and macros of their own
  test.each(some(2, ['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m55'] as const))(
    'compiles alone on %s, with every kernel that is chosen',
    { timeout: TEST_MS },
    async (core) => {
      for (const sample of ['gru_digits', 'rnn_relu_binary', 'lstm_one_hot'])
        for (const objective of ['speed', 'size'] as const) {
          const text = await readFile(join(PACKAGE_ROOT, `test/samples/${sample}/model.json`), 'utf8');
          const directory = join(root, 'single', `${core}_${sample}_${objective}`);
          await writePackage(compile(text, { core, name: 'kws', package: 'single-file', objective }).files, directory);
          const flags = [...CORES[core].flags, ...STRICT_FLAGS, '-O2', '-c'];
          await run('arm-none-eabi-gcc', [...flags, 'kws.c', '-o', 'kws.o'], directory);
        }
    },
  );
});
