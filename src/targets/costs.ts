import type { CycleClass } from './cores.js';
import measured from './costs.json' with { type: 'json' };
import type { Counts, Kernel, MatrixTask } from './kernel.js';

/**
 * Modelled cycles of a matvec kernel of R rows (padded) and G tiles of inputs in P passes:
 * product R G + row R P + group G + pass P + tail (where the last tile is not whole) + odd R (tiles of every pass that do
 * not fill its unrolled loop). Of weights as code and lists of columns the products are the non-zeros; the groups are loads
 * of inputs, or fours of a list; the tail are lists that have fours, the odd ones what they have besides. Fitted by least
 * squares to `npm run bench`, which checks them; zero wait states.
 */
export interface KernelCost {
  readonly cycles: Counts;
  /** Bytes of code, gcc 12 -O2; of a generated function for each of its counts. */
  readonly bytes: number | Counts;
}

/** Kernel -> class of cores -> cost, where it was measured; bench/fit-costs writes them. */
const COSTS: Readonly<Record<string, Partial<Record<CycleClass, KernelCost>>>> = measured;

/** What a kernel costs on a class of cores; null where it was not measured: it is never chosen. */
export const kernelCost = ({ symbol }: Kernel, cycles: CycleClass): KernelCost | null =>
  COSTS[symbol]?.[cycles] ?? null;

/** How often a task does what a kernel's cost is made of. */
export function countsOf(kernel: Kernel, task: MatrixTask): Counts {
  const { rows, cols } = task.weights;
  const { inputs } = kernel.tile;
  const groups = Math.ceil(cols / inputs);
  const passes = kernel.passes(task);
  const perPass = Math.ceil(groups / passes);
  let odd = 0;
  for (let left = groups; left > 0; left -= perPass) odd += Math.min(perPass, left) % kernel.unrolled;
  return {
    product: rows * groups,
    row: rows * passes,
    group: groups,
    pass: passes,
    tail: inputs > 1 && cols % inputs > 0 ? 1 : 0,
    odd: rows * odd,
    ...kernel.counts?.(task.weights),
  };
}

/** The names of counts, in the order of the tables. */
export const COUNTS = ['product', 'row', 'group', 'pass', 'tail', 'odd'] as const satisfies readonly (keyof Counts)[];

/** Sum of counts, each times its cost. */
export const costOf = (cost: Counts, counts: Counts): number =>
  COUNTS.reduce((sum, name) => sum + cost[name] * counts[name], 0);

/** Modelled cycles of one element of a generated loop, or of 4 in vectors. */
interface LoopCost {
  readonly memory: number;
  readonly lookup: number;
  readonly interpolation: number;
  readonly op: number;
  readonly turn: number;
}

/**
 * Modelled cycles of a generated loop for each element (for each 4 elements in vectors): memory for every access, lookup
 * for every table, interpolation for every value between two entries, op for every other operation, turn for the loop. An
 * estimate: within 10 % on average, 45 % for loops of two or three operations; the interpolation of m0 and m7 was not measured.
 */
export const LOOP_COSTS: { readonly [K in CycleClass]: LoopCost } = {
  m0: { memory: 3.3, lookup: 13.5, interpolation: 42.5, op: 4.2, turn: 4.8 },
  m0plus: { memory: 3.3, lookup: 13.5, interpolation: 41.5, op: 4.2, turn: 3.8 },
  m3: { memory: 2.1, lookup: 5.2, interpolation: 14.2, op: 2.2, turn: 4.9 },
  m4: { memory: 2.2, lookup: 5.5, interpolation: 15.8, op: 1.8, turn: 5.2 },
  m7: { memory: 1.1, lookup: 2.8, interpolation: 8, op: 0.9, turn: 2.6 },
  m55: { memory: 1.7, lookup: 6.6, interpolation: 19.1, op: 4.2, turn: 0 },
};

/** Modelled cycles of a concat for each byte. An estimate. */
export const CONCAT_COSTS: { readonly [K in CycleClass]: number } = {
  m0: 2.4,
  m0plus: 2.3,
  m3: 0.95,
  m4: 0.95,
  m7: 0.5,
  m55: 0.9,
};
