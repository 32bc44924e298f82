import type { Dataset } from '../data/dataset.js';
import { fnv1a } from '../fixed/hash.js';

/** What a checkpoint belongs to: the options that decide its numbers, and the data. */
export function hashOfConfig({ options, dataHash }: { readonly options?: unknown; readonly dataHash: string }): string {
  const own = Object.entries(JSON.parse(JSON.stringify(options)) as object).filter(([key]) => key !== 'name');
  const text = JSON.stringify([dataHash, own.sort(([a], [b]) => (a < b ? -1 : 1))]);
  return fnv1a(Buffer.from(text)).toString(16).padStart(8, '0');
}

/** FNV-1a over the codes and classes of all three parts. */
export function hashOfData({ train, validation, test }: Dataset): string {
  let hash: number | undefined;
  for (const { sequences, targets } of [train, validation, test])
    for (const { buffer, byteOffset, byteLength } of [...sequences, ...targets])
      hash = fnv1a(new Uint8Array(buffer, byteOffset, byteLength), hash);
  return (hash ?? 0).toString(16).padStart(8, '0');
}
