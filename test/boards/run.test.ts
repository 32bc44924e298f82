import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test, vi } from 'vitest';
import { type Board, checkClock } from '../../src/boards/board.js';
import { writeBootChecksum } from '../../src/build/boot-checksum.js';
import { flashImage, readElf } from '../../src/build/elf.js';
import { uf2 } from '../../src/build/images.js';
import { boardMacros } from '../../src/build/toolchain.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { type RunReport, runFirmware, stageOf } from '../../src/run.js';
import { CORES } from '../../src/targets/cores.js';
import {
  boards,
  firmwareFor,
  type Made,
  TEST_MS,
  temporaryFolder,
  withOwnElf,
  withoutCompiler,
  withoutEmulator,
} from './sample.js';

const root = temporaryFolder();
const boardOf = (id: string): Board => boards.find((board) => board.id === id)!;
const onQemu = boards.filter((b) => b.runner === 'qemu' || (b.runner === 'device' && b.emulator !== undefined));

/** Runs on the model of a board. */
const runOn = (board: Board, made: Made, runner: string | undefined, timeoutMs = 60_000): Promise<RunReport> =>
  runFirmware({ ...made, board, stage: stageOf(board, runner), options: {}, timeoutMs });

/** Changes one byte of the golden's expected hashes in the program: the board must find its own result wrong. */
async function spoil({ compilation, firmware }: Made): Promise<void> {
  const file = await readFile(firmware.elf);
  const hashes = Buffer.alloc(8);
  compilation.golden.hashes.slice(4, 6).forEach((hash, index) => {
    hashes.writeUInt32LE(hash >>> 0, 4 * index);
  });
  const at = file.indexOf(hashes);
  expect(at).toBeGreaterThan(0);
  file[at]! ^= 1;
  await writeFile(firmware.elf, file);
}

describe.skipIf(withoutEmulator)("QEMU's models, loaded through its GDB server", () => {
  test.each(onQemu)('$id: every step equals the golden', { timeout: TEST_MS }, async (board) => {
    const report = await runOn(board, await firmwareFor(board, root()), 'qemu');
    expect(report).toMatchObject({ board: board.id, stage: 'qemu', steps: 40, difference: null });
    expect(report.cost!.unit).toBe('instructions');
    expect(report.cost!.min).toBeGreaterThan(200);
  });

  test('the same code takes the same instructions on different machines', { timeout: TEST_MS }, async () => {
    const costs: number[] = [];
    for (const id of ['qemu_cortex_m3', 'stm32vldiscovery', 'lm3s6965evb'])
      costs.push((await runOn(boardOf(id), await firmwareFor(boardOf(id), root()), 'qemu')).cost!.median);
    expect(Math.max(...costs) - Math.min(...costs)).toBeLessThanOrEqual(4); // a tick of the slowest counter
  });

  test('a golden that differs is found by the computer', { timeout: TEST_MS }, async () => {
    const board = boardOf('stm32vldiscovery');
    const { compilation, firmware } = await firmwareFor(board, root());
    const hashes = compilation.golden.hashes.map((hash, index) => (index === 6 ? hash ^ 1 : hash));
    const changed = { ...compilation, golden: { ...compilation.golden, hashes } };
    const report = await runOn(board, { compilation: changed, firmware }, 'qemu');
    expect(report.difference).toMatch(/^step 7: hash [0-9a-f]{8}, the golden says [0-9a-f]{8}$/);
  });

  test('a wrong result is found by the self-test of the board', { timeout: TEST_MS }, async () => {
    const board = boardOf('stm32vldiscovery');
    const made = await withOwnElf(await firmwareFor(board, root()));
    await spoil(made);
    expect((await runOn(board, made, 'qemu')).difference).toBe('the self-test found step 5 wrong');
  });

  test('a firmware for another model is refused', { timeout: TEST_MS }, async () => {
    const board = boardOf('stm32vldiscovery');
    const { firmware } = await firmwareFor(board, root());
    const { compilation } = await firmwareFor(board, root(), 'gru_joint_multiplier');
    await expect(runOn(board, { compilation, firmware }, 'qemu')).rejects.toThrow(
      /^error wrong_firmware: .* for model /,
    );
  });

  test('a firmware for another board is refused', { timeout: TEST_MS }, async () => {
    const made = await firmwareFor(boardOf('qemu_cortex_m3'), root());
    await expect(runOn(boardOf('qemu_cortex_m4'), made, undefined)).rejects.toThrow(
      /^error wrong_firmware: the board runs a firmware for board qemu_cortex_m3, expected qemu_cortex_m4/,
    );
  });

  test.skipIf(process.platform !== 'linux')(
    'the emulator of a program that never ends is not left behind',
    async () => {
      // Armv6-M: stack, reset vector, b .
      const program = [0x20001000, 9, 0xe7fe].flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 255));
      const dist = (file: string) => JSON.stringify(join(PACKAGE_ROOT, 'dist', 'boards', file));
      const script = `
      const { loadBoard } = await import(${dist('board.js')});
      const { runOnEmulator } = await import(${dist('runners/emulator.js')});
      const program = { address: 0, bytes: Uint8Array.from(${JSON.stringify(program)}) };
      // asked for when the emulator answers: before, rnnq may end while it is being started
      const loads = { *[Symbol.iterator]() { console.log('connected'); yield program; } };
      await runOnEmulator(loadBoard('microbit_v1'), loads, { feed: null, complete: false, add: () => null }, 1e6);`;
      const child = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
      await once(child.stdout, 'data');
      const emulator = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim();
      expect(await readFile(`/proc/${emulator}/cmdline`, 'utf8')).toMatch(/^[^\0]*qemu-system-arm\0.*-gdb/);
      child.kill('SIGTERM');
      await child;
      await vi.waitFor(() => expect(existsSync(`/proc/${emulator}/comm`)).toBe(false), { timeout: 60_000 });
    },
    TEST_MS,
  );

  test('silence is reported, with the place of the console', { timeout: TEST_MS }, async () => {
    const board = boardOf('netduino_plus_2');
    if (board.runner !== 'device') throw new Error('not a device');
    const made = await firmwareFor(board, root());
    const deaf = { ...board, emulator: { ...board.emulator!, serial: 0 } }; // the firmware speaks on the second port
    await expect(runOn(deaf, made, 'qemu', 2000)).rejects.toThrow(
      /^error console_silent: nothing came from the board in 2 s\n {2}hint: its console is: pin PA2/,
    );
  });
});

describe.skipIf(withoutCompiler)('Raspberry Pi Pico on rp2040js', () => {
  const board = boardOf('raspberry_pi_pico');

  test.each(['gru_ternary_shift', 'lstm_s8_multiplier'])(
    '%s: every step equals the golden',
    { timeout: TEST_MS },
    async (sample) => {
      const report = await runOn(board, await firmwareFor(board, root(), sample), 'rp2040js');
      expect(report).toMatchObject({ stage: 'rp2040js', difference: null, counter: 'systick', clockHz: 12_000_000 });
      expect(report.cost!.unit).toBe('cycles');
      expect(report.cost!.min).toBeGreaterThan(1000);
    },
  );

  test('an image with a wrong second stage does not start', { timeout: TEST_MS }, async () => {
    const made = await firmwareFor(board, root());
    const { address, bytes } = flashImage(readElf(new Uint8Array(await readFile(made.firmware.elf))));
    bytes[8]! ^= 1;
    const path = `${made.firmware.images.uf2}.wrong`;
    await writeFile(path, uf2(address, bytes, 0xe48bff56));
    const wrong = { ...made, firmware: { ...made.firmware, images: { uf2: path } } };
    await expect(runOn(board, wrong, 'rp2040js')).rejects.toThrow('the second stage has a wrong CRC-32');
  });

  test('the checksum is written into the ELF file too', { timeout: TEST_MS }, async () => {
    const { firmware } = await firmwareFor(board, root());
    const file = new Uint8Array(await readFile(firmware.elf));
    const again = file.slice();
    writeBootChecksum(again, readElf(again));
    expect(Buffer.from(again).equals(file)).toBe(true);
  });
});

describe('--clock fast', () => {
  const fast = boards.filter((b) => b.runner === 'device' && b.points?.fast !== undefined);
  const emulated = fast.filter((b) => b.runner === 'device' && b.emulator !== undefined);

  test.skipIf(withoutEmulator).each(emulated)(
    '$id: clocks that QEMU has no model of do not answer; the firmware keeps that after reset',
    { timeout: TEST_MS },
    async (board) => {
      const report = await runOn(board, await firmwareFor(board, root(), undefined, 'fast'), 'qemu');
      const reset = board.runner === 'device' ? board.clock.hz : 0;
      expect(report).toMatchObject({ board: board.id, difference: null, clockHz: reset });
    },
  );

  test.skipIf(withoutCompiler)('the Pico runs from its PLL', { timeout: TEST_MS }, async () => {
    const board = boardOf('raspberry_pi_pico');
    const report = await runOn(board, await firmwareFor(board, root(), undefined, 'fast'), 'rp2040js');
    expect(report).toMatchObject({ stage: 'rp2040js', difference: null, clockHz: 125_000_000 });
  });

  test.skipIf(withoutCompiler)('one board of every chip is built', { timeout: TEST_MS }, async () => {
    const chips = new Map(fast.map((board) => [board.runner === 'device' ? board.files.join() : '', board]));
    for (const board of chips.values()) {
      const { firmware } = await firmwareFor(board, root(), undefined, 'fast');
      expect(firmware.checks.every(({ ok }) => ok)).toBe(true);
    }
  });

  /** The constants of boards/chips that are written to each register; bits that keep their reset value are added. */
  const WRITTEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'stm32f1.c': {
      RCC_CFGR: 'CFGR_PLL | RCC_CFGR_PLL',
      FLASH_ACR: 'RNNQ_FAST_WAIT_STATES | FLASH_ACR_PRFTBE',
    },
    'stm32f4.c': {
      RCC_PLLCFGR: 'PLLCFGR',
      FLASH_ACR: 'RNNQ_FAST_WAIT_STATES | FLASH_ACR_PRFTEN_ICEN_DCEN',
      RCC_CFGR: 'CFGR_BUSES | RCC_CFGR_PLL',
    },
    'stm32g0.c': {
      RCC_PLLCFGR: 'PLLCFGR',
      FLASH_ACR: '(0x40600 & ~FLASH_ACR_LATENCY) | RNNQ_FAST_WAIT_STATES | FLASH_ACR_FASTER',
      RCC_CFGR: 'RCC_CFGR_PLL',
    },
    'stm32l4.c': {
      RCC_PLLCFGR: 'PLLCFGR',
      FLASH_ACR: '(0x600 & ~FLASH_ACR_LATENCY) | RNNQ_FAST_WAIT_STATES | FLASH_ACR_FASTER',
      RCC_CFGR: 'RCC_CFGR_PLL',
    },
    'nrf5.c': { NVMC_ICACHECNF: 'NVMC_ICACHECNF_CACHEEN' },
    'rp2.c': { PLL_SYS_FBDIV_INT: 'FBDIV', PLL_SYS_PRIM: 'PRIM', CLK_SYS_CTRL: 'CLOCKS_CLK_SYS_PLL' },
  };

  test.skipIf(withoutCompiler).each(fast)('$id: registers of board.json are what its C writes', async (board) => {
    if (board.runner !== 'device') throw new Error('not a device');
    const chip = board.files.find((file) => file in WRITTEN)!;
    const { registers } = board.points!.fast!;
    const asserts = registers.map(
      ({ name, value }) => `_Static_assert((uint32_t)(${WRITTEN[chip]![name]}) == ${value}u, "${name}");`,
    );
    const folders = ['chips', 'common'].map((name) => `-I${join(PACKAGE_ROOT, 'boards', name)}`);
    const { stderr } = await execa(
      'arm-none-eabi-gcc',
      [...CORES[board.core].flags, '-std=c11', '-fsyntax-only', ...boardMacros(board, 'fast'), ...folders, '-xc', '-'],
      { input: `#include "${chip}"\n${asserts.join('\n')}\n`, reject: false },
    );
    expect(stderr).toBe('');
  });

  test('a board without a faster clock is refused', () => {
    expect(() => checkClock(boardOf('microbit_v1'), 'fast')).toThrow(/bad_option at --clock: "fast" is not a clock/);
    expect(() => checkClock(boardOf('host'), 'reset')).not.toThrow();
  });
});

describe('runners', () => {
  test.each([
    ['nucleo_f446re', 'qemu'],
    ['microbit_v1', 'rp2040js'],
    ['raspberry_pi_pico_2', 'rp2040js'],
    ['microbit_v2', 'bossac'],
    ['teensy_4_0', 'hammer'],
  ])('%s has no runner %s', (id, runner) => {
    expect(() => stageOf(boardOf(id), runner)).toThrow(
      `error bad_option at --runner: "${runner}" is not a runner of ${id}`,
    );
  });
});
