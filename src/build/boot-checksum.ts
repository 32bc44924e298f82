import type { Elf } from './elf.js';

/** Bytes of the RP2040's second stage that the checksum after them covers. */
export const BOOT2_BYTES = 252;

/** CRC-32 of the RP2040's boot ROM: polynomial 0x04c11db7, start all ones, nothing reflected, nothing inverted at the end
 *  (RP2040 datasheet, section Checksum of the chapter Bootrom). */
export function bootRomCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

/** Writes the checksum of the second stage into an ELF file; the linker cannot compute it. */
export function writeBootChecksum(file: Uint8Array, elf: Elf): void {
  const { offset } = elf.segments[0]!;
  const crc = bootRomCrc32(file.subarray(offset, offset + BOOT2_BYTES));
  new DataView(file.buffer, file.byteOffset).setUint32(offset + BOOT2_BYTES, crc, true);
}
