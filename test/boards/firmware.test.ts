import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type DeviceBoard, STACK_BYTES } from '../../src/boards/board.js';
import { bootRomCrc32 } from '../../src/build/boot-checksum.js';
import { checkFirmware } from '../../src/build/check-firmware.js';
import { type Elf, flashImage, readElf } from '../../src/build/elf.js';
import { buildFirmware } from '../../src/build/firmware.js';
import { readUf2 } from '../../src/build/images.js';
import { writePackage } from '../../src/build/replay.js';
import { runTool } from '../../src/build/toolchain.js';
import { boards, devices, firmwareFor, TEST_MS, temporaryFolder, withoutCompiler } from './sample.js';

const root = temporaryFolder();
const readFirmware = async (path: string): Promise<Elf> => readElf(new Uint8Array(await readFile(path)));
const emulated = boards.filter((board) => board.runner === 'qemu');

/** The ELF with one word of its flash image changed. */
function withWord(elf: Elf, address: number, value: number): Elf {
  const segments = elf.segments.map((segment) => {
    const at = address - segment.address;
    if (at < 0 || at + 4 > segment.bytes.length) return segment;
    const bytes = segment.bytes.slice();
    new DataView(bytes.buffer).setUint32(at, value, true);
    return { ...segment, bytes };
  });
  return { ...elf, segments };
}

const failed = (board: DeviceBoard, elf: Elf): string[] =>
  checkFirmware(board, elf).flatMap(({ ok, what }) => (ok ? [] : [what]));

describe.skipIf(withoutCompiler)('firmware', () => {
  test.each([...devices, ...emulated])(
    '$id: builds without a warning and fits',
    { timeout: TEST_MS },
    async (board) => {
      const { firmware } = await firmwareFor(board, root());
      expect(firmware.used!.flash).toBeLessThan(firmware.available!.flash);
      expect(firmware.used!.ram).toBeLessThan(firmware.available!.ram);
      expect(firmware.used!.ram).toBeGreaterThan(STACK_BYTES);
      if (board.runner !== 'device') return;
      expect(firmware.checks.length).toBeGreaterThanOrEqual(board.boot === undefined ? 6 : 7);
      expect(firmware.checks.filter(({ ok }) => !ok)).toEqual([]);
    },
  );

  test.each(devices)('$id: objcopy makes the same images', { timeout: TEST_MS }, async (board) => {
    const { firmware } = await firmwareFor(board, root());
    const { address, bytes } = flashImage(await readFirmware(firmware.elf));
    const copy = `${firmware.elf}.copy`;
    await runTool('arm-none-eabi-objcopy', ['-O', 'binary', '--gap-fill', '0xff', firmware.elf, copy]);
    expect(Buffer.from(bytes).equals(await readFile(copy))).toBe(true);
    await runTool('arm-none-eabi-objcopy', [
      '-I',
      'ihex',
      '-O',
      'binary',
      '--gap-fill',
      '0xff',
      firmware.images.hex!,
      copy,
    ]);
    expect(Buffer.from(bytes).equals(await readFile(copy))).toBe(true);
    expect(address).toBe(board.memory.flash.origin);
    if (board.uf2Family !== undefined) {
      const blocks = readUf2(new Uint8Array(await readFile(firmware.images.uf2!)));
      expect(blocks.every(({ family }) => family === Number.parseInt(board.uf2Family!, 16))).toBe(true);
      const image = Buffer.concat(blocks.map((block) => block.bytes));
      expect(image.subarray(0, bytes.length).equals(bytes)).toBe(true);
    }
  });

  test.each(devices)('$id: the checks see a wrong vector table', { timeout: TEST_MS }, async (board) => {
    const { firmware } = await firmwareFor(board, root());
    const elf = await readFirmware(firmware.elf);
    const vectors = board.memory.flash.origin + (board.boot?.vectorsOffset ?? 0);
    expect(failed(board, elf)).toEqual([]);
    expect(failed(board, withWord(elf, vectors, 0x20000000))).toContain('initial stack pointer');
    expect(failed(board, withWord(elf, vectors + 4, elf.entry - 1))).toEqual(['reset vector', 'reset handler']);
    const moved = { ...board, memory: { ...board.memory, flash: { ...board.memory.flash, origin: vectors + 0x1000 } } };
    expect(failed(moved, elf)).toContain('first byte of the image');
  });

  test.each([
    ['raspberry_pi_pico', 0, ['CRC-32 of the second stage']],
    ['raspberry_pi_pico', 252, ['CRC-32 of the second stage']],
    ['teensy_4_0', 0, ['FlexSPI configuration block, tag']],
    ['teensy_4_0', 0x1000, ['image vector table, header']],
    ['teensy_4_0', 0x1004, ['image vector table, entry']],
    ['teensy_4_0', 0x1014, ['image vector table, itself']],
    ['teensy_4_0', 0x1020, ['boot data, start']],
    ['teensy_4_0', 0x1024, ['boot data, length']],
  ])('%s: the checks see a change at %i of the boot blocks', { timeout: TEST_MS }, async (id, offset, expected) => {
    const board = devices.find((device) => device.id === id)!;
    const { firmware } = await firmwareFor(board, root());
    const elf = await readFirmware(firmware.elf);
    expect(failed(board, withWord(elf, board.memory.flash.origin + offset, 0x12345678))).toEqual(expected);
  });

  test('raspberry_pi_pico_2: the checks see every change of the image block', { timeout: TEST_MS }, async () => {
    const board = devices.find((device) => device.id === 'raspberry_pi_pico_2')!;
    const { firmware } = await firmwareFor(board, root());
    const elf = await readFirmware(firmware.elf);
    const image = Buffer.from(flashImage(elf).bytes);
    const at = board.memory.flash.origin + image.indexOf(Buffer.from('d3deffff', 'hex'));
    for (let word = 0; word < 5; word++)
      expect(failed(board, withWord(elf, at + 4 * word, 0x12345678))).not.toEqual([]);
  });

  test('a model too large is refused with numbers and the boards that would do', { timeout: TEST_MS }, async () => {
    const small = devices.find(({ id }) => id === 'stm32vldiscovery')!;
    const { flash, ram } = small.memory;
    const { compilation } = await firmwareFor(small, root());
    const { name, files } = compilation;
    const build = async (memory: DeviceBoard['memory']) => {
      await writePackage(files, `${root()}/large`);
      return buildFirmware({ name, files, directory: `${root()}/large`, board: { ...small, memory } });
    };
    await expect(build({ flash: { ...flash, bytes: 4096 }, ram })).rejects.toThrow(
      /^error firmware_too_large at --board: the firmware needs \d+ bytes of flash, stm32vldiscovery has 4096\n {2}hint: boards with enough flash and RAM: .*blue_pill/,
    );
    await expect(build({ flash, ram: { ...ram, bytes: 2048 } })).rejects.toThrow(
      /firmware_too_large .* needs \d+ bytes of RAM, stm32vldiscovery has 2048/,
    );
  });
});

describe('CRC-32 of the RP2040 boot ROM', () => {
  test('is CRC-32/MPEG-2: its check value is that of the catalogue', () => {
    expect(bootRomCrc32(Buffer.from('123456789'))).toBe(0x0376e6e7);
  });
});
