import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadBoard } from '../../src/boards/board.js';
import { buildFirmware } from '../../src/build/firmware.js';
import { PADDING } from '../../src/build/footprint.js';
import { writePackage } from '../../src/build/replay.js';
import { findCompiler } from '../../src/build/toolchain.js';
import { readRuntime } from '../../src/compiler/5-emit/runtime.js';
import { compile } from '../../src/compiler/compile.js';
import { measureCycles } from '../../src/cycles.js';
import { footprint } from '../../src/footprint.js';
import { PLACES, type Place } from '../../src/ir/plan.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { CORES } from '../../src/targets/cores.js';
import { verify } from '../../src/verify.js';
import { sampleText } from './firmware.js';

/** One of each instruction set, and those whose machines of QEMU have their memories elsewhere. */
const CORES_OF_RAM = ['cortex-m0plus', 'cortex-m4', 'cortex-m7', 'cortex-m33', 'cortex-m55'] as const;

let root: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rnnq-place-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const compiler = await findCompiler('cortex-m4', 'gcc');
const digits = async (core: string, place: Place) => compile(await sampleText('gru_digits'), { core, place });
/** Where the symbols of a firmware are: of the first by this pattern. */
async function addressOf(elf: string, symbol: RegExp): Promise<number> {
  const lines = (await execa('arm-none-eabi-nm', [elf])).stdout.split('\n');
  return Number.parseInt(lines.find((line) => symbol.test(line))!, 16);
}

describe.skipIf(!compiler.available)('code and constants in RAM', () => {
  test.each(['ram', 'ram-code'] as const)(
    '%s: the firmware of a board has them there, its size counts both',
    async (place) => {
      const { name, files, report } = await digits('cortex-m4', place);
      const directory = join(root, String(count++));
      await writePackage(files, directory);
      const board = loadBoard('stm32f4_discovery');
      const { elf, checks } = await buildFirmware({ name, files, directory, board });
      expect(checks.every(({ ok }) => ok)).toBe(true);
      const inRam = async (symbol: RegExp) => (await addressOf(elf, symbol)) >= 0x20000000;
      const constants = place === 'ram';
      expect(await inRam(/ T digits_advance$/)).toBe(true);
      expect(await inRam(/ W rnnq_matvec_s8_ternary_rowpair_dsp_\w+_ram$/)).toBe(true);
      expect(await inRam(/ [DR] digits_table_tanh\w*$/)).toBe(constants);
      expect(await inRam(/ T digits_selftest$/)).toBe(false);

      const { measured } = await footprint(await digits('cortex-m4', place), 'cortex-m4');
      const { text, rodata, data } = measured!.total;
      const plain = (await footprint(await digits('cortex-m4', 'flash'), 'cortex-m4')).measured!.total;
      expect(Math.abs(text + data - plain.text - plain.data)).toBeLessThan(64);
      expect(data >= (constants ? report.constants.total : 0) + 2000).toBe(true);
      expect(rodata < 1000).toBe(constants);
      const inFlash = measured!.symbols.filter(({ section }) => section === 'constants').map(({ name }) => name);
      if (constants) expect(new Set(inFlash)).toEqual(new Set(['digits_labels', PADDING]));
      expect(measured!.symbols.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(text + data);
    },
  );

  test('every function and every table of runtime-c moves, also where helpers are not inlined', async () => {
    const coreOf = { c: 'cortex-m0plus', dsp: 'cortex-m4', mve: 'cortex-m55' } as const;
    const sections = ['CODE=.RamFunc', 'CONSTANTS=.data.rnnq'].map((s) =>
      s.replace(/(\w+)=(.*)/, '-DRNNQ_$1=__attribute__((section("$2")))'),
    );
    const sources = [...readRuntime().keys()].filter((path) => path.endsWith('.c'));
    const left = sources.map(async (source, i) => {
      const core = coreOf[(/_(c|dsp|mve)\.c$/.exec(source)?.[1] ?? 'c') as 'c'];
      const output = join(root, `${i}.o`);
      await execa('arm-none-eabi-gcc', [
        ...[...CORES[core].flags, '-c', '-std=c99', '-Os', '-fno-inline', ...sections],
        ...[`-I${PACKAGE_ROOT}runtime-c/include`, `${PACKAGE_ROOT}runtime-c/${source}`, '-o', output],
      ]);
      const sizes = (await execa('arm-none-eabi-size', ['-A', output])).stdout;
      const stays = [...sizes.matchAll(/^\.(?:text|rodata)\S*\s+(\d+)/gm)].map(([, bytes]) => Number(bytes));
      return `${source} ${Math.max(...stays)}`;
    });
    expect(await Promise.all(left)).toEqual(sources.map((source) => `${source} 0`));
  });

  test.each(CORES_OF_RAM)('%s computes the golden', async (core) => {
    const result = await verify(await digits(core, 'ram'), { core });
    expect(result).toMatchObject({ passed: true, differences: 0 });
  });

  test('nothing waits for the flash where all is in RAM', async () => {
    const timing = { lineBytes: 8, prefetch: false, instructionCache: null, dataCache: null, source: '' };
    const points = [{ timing, waitStates: 3, accelerated: false }];
    const waiting = async (place: Place) =>
      (await measureCycles(await digits('cortex-m0plus', place), 'cortex-m0plus', { count: 2, points })).waiting[0]!
        .cycles;
    const [all, code, constants, none] = await Promise.all(PLACES.map(waiting));
    expect(none).toBeLessThan(all!);
    expect(code).toBeLessThan(100);
    expect(constants).toBeGreaterThan(100);
  });
});
