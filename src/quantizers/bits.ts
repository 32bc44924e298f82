/** Packs codes of `bits` bits, least significant first, without gaps: `index` gives the bit pattern of a code. */
export function packBits(codes: Int8Array, bits: number, index: (code: number) => number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((codes.length * bits) / 8));
  for (let i = 0; i < codes.length; i++) {
    const pattern = index(codes[i]!);
    const at = i * bits;
    for (let b = 0; b < bits; b++) if ((pattern >> b) & 1) bytes[(at + b) >> 3]! |= 1 << ((at + b) & 7);
  }
  return bytes;
}

/** The inverse; null where `code` knows no code for a pattern. */
export function unpackBits(
  bytes: Uint8Array,
  count: number,
  bits: number,
  code: (pattern: number) => number | null,
): Int8Array | null {
  const codes = new Int8Array(count);
  for (let i = 0; i < count; i++) {
    let pattern = 0;
    for (let b = 0; b < bits; b++) {
      const at = i * bits + b;
      pattern |= ((bytes[at >> 3]! >> (at & 7)) & 1) << b;
    }
    const own = code(pattern);
    if (own === null) return null;
    codes[i] = own;
  }
  return codes;
}
