import { bug } from '../diagnostics.js';

/** A part of a program that is loaded: `bytes` from `address` on; `memoryAddress` is where the program uses them. */
export interface Segment {
  readonly address: number;
  readonly memoryAddress: number;
  /** Bytes in memory; more than `bytes` has where the rest is zeroed at start-up. */
  readonly memoryBytes: number;
  readonly bytes: Uint8Array;
  /** Place of the bytes in the file. */
  readonly offset: number;
}

export interface Elf {
  /** Address of the first instruction, with the Thumb bit. */
  readonly entry: number;
  /** In order of their address. */
  readonly segments: readonly Segment[];
}

const LOAD = 1;

/** Reads the program headers of a 32-bit little-endian ELF file (System V ABI, chapters Object Files and Loading). */
export function readElf(file: Uint8Array): Elf {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 52 || view.getUint32(0) !== 0x7f454c46) bug('the linker wrote no ELF file');
  const word = (at: number): number => view.getUint32(at, true);
  const half = (at: number): number => view.getUint16(at, true);
  const [table, size, count] = [word(28), half(42), half(44)];
  const segments = Array.from({ length: count }, (_, i) => table + i * size)
    .filter((at) => word(at) === LOAD && word(at + 20) > 0)
    .map((at) => {
      const [offset, memoryAddress, address, bytes, memoryBytes] = [4, 8, 12, 16, 20].map((field) => word(at + field));
      return {
        address: address!,
        memoryAddress: memoryAddress!,
        memoryBytes: memoryBytes!,
        bytes: file.subarray(offset!, offset! + bytes!),
        offset: offset!,
      };
    });
  return { entry: word(24), segments: segments.sort((a, b) => a.address - b.address) };
}

/** The flash as it is after writing the program, from its first to its last byte; gaps are 0xff, as erased flash is. */
export function flashImage(elf: Elf): { address: number; bytes: Uint8Array } {
  const loaded = elf.segments.filter((segment) => segment.bytes.length > 0);
  const address = loaded[0]?.address ?? bug('the program has nothing to load');
  const end = Math.max(...loaded.map((segment) => segment.address + segment.bytes.length));
  const bytes = new Uint8Array(end - address).fill(0xff);
  for (const segment of loaded) bytes.set(segment.bytes, segment.address - address);
  return { address, bytes };
}
