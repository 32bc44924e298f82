import type { Baseline, Facts, Report } from './schema.js';

/** Wilson's 95 % interval of a share that was counted on `count` decisions. */
export function interval(share: number, count: number): { readonly low: number; readonly high: number } {
  if (count === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const centre = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * The figures that budgets and baselines compare, from the measured parts of a report; null where a part is missing.
 * Flash is text and data, RAM is data, bss, state and scratch, stack is that of the deepest entry point, cycles the most of
 * one step (with stalls on a board), time in seconds on the board, accuracy the task's first figure in fixed point.
 */
export function factsOf(
  { computed, measured, cycles, accuracy }: Pick<Report, 'computed' | 'measured' | 'cycles' | 'accuracy'>,
  onBoard: { readonly cycles: number; readonly seconds: number } | null,
): Facts {
  const total = measured?.total;
  return {
    flash: total === undefined ? null : total.text + total.data,
    ram: total === undefined ? null : total.data + total.bss + computed.stateBytes + computed.scratchBytes,
    stack: measured === null ? null : Math.max(...measured.stack.map(({ bytes }) => bytes)),
    cycles: onBoard?.cycles ?? cycles?.cycles?.max ?? null,
    time: onBoard?.seconds ?? null,
    accuracy: accuracy?.measures[0]?.fixed ?? null,
  };
}

/** What a later report keeps of this one to compare itself with. */
export const baselineOf = ({ computed, measured, facts, symbols }: Report): Baseline => ({
  model: computed.model,
  hash: computed.hash,
  core: computed.core,
  rnnq: computed.rnnq,
  compiler: measured?.compiler ?? null,
  flags: measured?.flags.join(' ') ?? null,
  facts,
  symbols: [...bytesByName(symbols)].map(([name, bytes]) => ({ name, bytes })),
});

/** Bytes of symbols by name; those of one name, such as the padding of several objects, are added up. */
export function bytesByName(symbols: readonly { readonly name: string; readonly bytes: number }[]) {
  const sums = new Map<string, number>();
  for (const { name, bytes } of symbols) sums.set(name, (sums.get(name) ?? 0) + bytes);
  return sums;
}
