import type { DeviceBoard } from '../boards/board.js';
import { BOOT2_BYTES, bootRomCrc32 } from './boot-checksum.js';
import { type Elf, flashImage } from './elf.js';

/** One fact of a firmware that the chip relies on. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly ok: boolean;
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

const equal = (what: string, expected: number, found: number): Check => ({
  what,
  expected: hex(expected),
  found: hex(found),
  ok: expected === found,
});

/** Compares a program with what board.json says of the chip: flash, vector table, stack, boot blocks. */
export function checkFirmware(board: DeviceBoard, elf: Elf): Check[] {
  const { flash, ram } = board.memory;
  const { address, bytes } = flashImage(elf);
  const view = new DataView(bytes.buffer);
  const word = (at: number): number => (at >= 0 && at + 4 <= bytes.length ? view.getUint32(at, true) : 0);
  const vectors = board.boot?.vectorsOffset ?? 0;
  const reset = word(vectors + 4);
  const flashEnd = flash.origin + flash.bytes;
  const ramEnd = ram.origin + ram.bytes;
  const written = elf.segments.filter(
    (segment) => segment.memoryAddress >= ram.origin && segment.memoryAddress < ramEnd,
  );
  const ramUsed = Math.max(ram.origin, ...written.map((segment) => segment.memoryAddress + segment.memoryBytes));
  return [
    equal('first byte of the image', flash.origin, address),
    inside('last byte of the image', flash.origin, flashEnd, address + bytes.length - 1),
    equal('initial stack pointer', ramEnd, word(vectors)),
    equal('reset vector', elf.entry, reset),
    { ...inside('reset handler', flash.origin + vectors, flashEnd, reset), ok: reset % 2 === 1 && reset < flashEnd },
    inside('end of variables', ram.origin, ramEnd + 1, ramUsed),
    ...bootChecks(board, bytes, word),
  ];
}

const inside = (what: string, from: number, end: number, found: number): Check => ({
  what,
  expected: `${hex(from)} to ${hex(end - 1)}`,
  found: hex(found),
  ok: found >= from && found < end,
});

function bootChecks(board: DeviceBoard, bytes: Uint8Array, word: (at: number) => number): Check[] {
  const { boot, memory } = board;
  if (boot === undefined) return [];
  if (boot.kind === 'rp2040')
    return [equal('CRC-32 of the second stage', bootRomCrc32(bytes.subarray(0, BOOT2_BYTES)), word(BOOT2_BYTES))];
  if (boot.kind === 'rp2350') return imageBlockChecks(bytes, word);
  const origin = memory.flash.origin;
  const bootData = word(0x1010) - origin;
  return [
    equal('FlexSPI configuration block, tag', 0x42464346, word(0)),
    equal('image vector table, header', 0x432000d1, word(0x1000)),
    equal('image vector table, entry', origin + boot.vectorsOffset, word(0x1004)),
    equal('image vector table, itself', origin + 0x1000, word(0x1014)),
    equal('boot data, start', origin, word(bootData)),
    equal('boot data, length', bytes.length, word(bootData + 4)),
  ];
}

/** The boot ROM of the RP2350 searches the first 4 KiB for a block of metadata. */
function imageBlockChecks(bytes: Uint8Array, word: (at: number) => number): Check[] {
  let at = 0;
  while (at < Math.min(4096, bytes.length) && word(at) !== 0xffffded3) at += 4;
  return [
    inside('place of the image block', 0, 4096 - 16, at),
    equal('image block, type', 0x10210142, word(at + 4)),
    equal('image block, last item', 0x000001ff, word(at + 8)),
    equal('image block, next block', 0, word(at + 12)),
    equal('image block, end', 0xab123579, word(at + 16)),
  ];
}
