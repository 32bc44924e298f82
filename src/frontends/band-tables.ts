import { type SpectralBlock, transformSize } from './spectrum-tables.js';

/** The constants of A6 to A8: what the twin and the C read. */
export interface BandTables {
  /** First bin of the first segment. */
  readonly first: number;
  /** Bins of each of the bands + 1 segments. */
  readonly bins: Uint16Array;
  /** Of each bin in the band that rises in its segment, Q12. */
  readonly weights: Uint16Array;
  /** p */
  readonly powerShift: number;
  /** Z */
  readonly maxShift: number;
  readonly floor: number;
  /** C */
  readonly offset: number;
}

/** Most that the floor may be as a mantissa, so that the sum of A7 fits 32 bits. */
const MAX_FLOOR = 2 ** 24;
const nearest = (x: number): number => Math.floor(x + 0.5);

/** Bins between the corners of the bands (Hz, bands + 2 of them): of each segment, and their weights as real numbers. */
export function segmentsOf(
  { window, bands }: Pick<SpectralBlock, 'window' | 'bands'>,
  rate: number,
  corners: readonly number[],
): { first: number; bins: number[]; weights: number[] } {
  const size = transformSize({ window });
  const bins = Array.from({ length: bands + 1 }, () => 0);
  const weights: number[] = [];
  let first = -1;
  for (let k = 0; k <= size / 2; k++) {
    const hertz = (k * rate) / size;
    if (hertz < corners[0]! || hertz >= corners[bands + 1]!) continue;
    if (first < 0) first = k;
    const s = corners.findLastIndex((corner) => corner <= hertz);
    bins[s]!++;
    weights.push((hertz - corners[s]!) / (corners[s + 1]! - corners[s]!));
  }
  return { first: Math.max(0, first), bins, weights };
}

/** The first band in which no bin counts, from 1; 0: there is none. */
export function emptyBand({ bins, weights }: { bins: readonly number[]; weights: readonly number[] }): number {
  let at = 0;
  const sums = bins.map((count) => {
    const own = weights.slice(at, at + count);
    at += count;
    const rising = own.reduce((sum, w) => sum + w, 0);
    return { rising, falling: count - rising };
  });
  return 1 + sums.slice(1).findIndex(({ falling }, s) => sums[s]!.rising + falling === 0);
}

/** The floor as a mantissa at the shift z. */
const floorAt = (floor: number, exponent: number, powerShift: number, z: number): number =>
  nearest(floor * 2 ** (2 * exponent + 2 * z - 32 - powerShift + 12));

/** The tables of A6 to A8; null where 16-bit samples cannot tell the floor from 0, or where it is above all they can say. */
export function bandTables(
  block: SpectralBlock,
  rate: number,
  corners: readonly number[],
  exponent: number,
): BandTables | null {
  const { first, bins, weights } = segmentsOf(block, rate, corners);
  const powerShift = 13 + Math.ceil(Math.log2(Math.max(...bins)));
  let maxShift = 30;
  while (maxShift > 0 && floorAt(block.floor, exponent, powerShift, maxShift) > MAX_FLOOR) maxShift--;
  const floor = floorAt(block.floor, exponent, powerShift, maxShift);
  if (floor < 1 || floor > MAX_FLOOR) return null;
  return {
    ...{ first, powerShift, maxShift, floor },
    bins: Uint16Array.from(bins),
    weights: Uint16Array.from(weights, (w) => nearest(4096 * w)),
    offset: 1024 * (31 - 12 + powerShift + 32 - 2 * exponent),
  };
}
