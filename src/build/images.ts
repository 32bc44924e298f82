/** The flash image in the formats that tools and boot loaders take. */

const HEX_RECORD_BYTES = 16;

/** Intel HEX (Intel, Hexadecimal Object File Format Specification, 1988): extended linear addresses, data, end. */
export function intelHex(address: number, bytes: Uint8Array): string {
  const lines: string[] = [];
  let upper = -1;
  for (let at = 0; at < bytes.length; ) {
    const place = address + at;
    if (place >>> 16 !== upper) {
      upper = place >>> 16;
      lines.push(hexRecord(4, 0, Uint8Array.of(upper >> 8, upper & 255)));
    }
    const count = Math.min(HEX_RECORD_BYTES, bytes.length - at, 0x10000 - (place & 0xffff));
    lines.push(hexRecord(0, place & 0xffff, bytes.subarray(at, at + count)));
    at += count;
  }
  lines.push(hexRecord(1, 0, new Uint8Array()));
  return `${lines.join('\n')}\n`;
}

function hexRecord(type: number, address: number, data: Uint8Array): string {
  const record = [data.length, address >> 8, address & 255, type, ...data];
  const sum = record.reduce((total, byte) => total + byte, 0);
  return `:${[...record, -sum & 255].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')}`;
}

const UF2 = {
  block: 512,
  payload: 256,
  start0: 0x0a324655,
  start1: 0x9e5d5157,
  end: 0x0ab16f30,
  familyPresent: 0x2000,
};

/** UF2 (github.com/microsoft/uf2): 256 bytes of flash in each block of 512. The last block is filled with 0xff. */
export function uf2(address: number, bytes: Uint8Array, family: number): Uint8Array {
  const blocks = Math.ceil(bytes.length / UF2.payload);
  const file = new Uint8Array(blocks * UF2.block);
  for (let block = 0; block < blocks; block++) {
    const view = new DataView(file.buffer, block * UF2.block, UF2.block);
    const place = address + block * UF2.payload;
    const header = [UF2.start0, UF2.start1, UF2.familyPresent, place, UF2.payload, block, blocks, family];
    header.forEach((word, index) => {
      view.setUint32(4 * index, word, true);
    });
    const payload = new Uint8Array(UF2.payload).fill(0xff);
    payload.set(bytes.subarray(block * UF2.payload, (block + 1) * UF2.payload));
    file.set(payload, block * UF2.block + 32);
    view.setUint32(UF2.block - 4, UF2.end, true);
  }
  return file;
}

/** The flash image in a UF2 file, block by block; throws an Error with what is wrong. */
export function readUf2(file: Uint8Array): { address: number; bytes: Uint8Array; family: number }[] {
  if (file.length === 0 || file.length % UF2.block !== 0) throw new Error('not whole blocks of 512 bytes');
  return Array.from({ length: file.length / UF2.block }, (_, index) => {
    const at = index * UF2.block;
    const word = (offset: number) => new DataView(file.buffer, file.byteOffset + at).getUint32(offset, true);
    if (word(0) !== UF2.start0 || word(4) !== UF2.start1 || word(UF2.block - 4) !== UF2.end)
      throw new Error(`block ${index} has a wrong magic number`);
    if (word(20) !== index || word(24) !== file.length / UF2.block) throw new Error(`block ${index} is out of order`);
    return { address: word(12), bytes: file.subarray(at + 32, at + 32 + word(16)), family: word(28) };
  });
}
