import { bug } from '../../diagnostics.js';
import { type Estimate, inRam, type Objective, type Place } from '../../ir/plan.js';
import { CORES, type CoreName } from '../../targets/cores.js';
import { costOf, countsOf, type KernelCost, kernelCost } from '../../targets/costs.js';
import type { FlashPoint } from '../../targets/flash-timing.js';
import type { Kernel, MatrixTask, Packed } from '../../targets/kernel.js';
import { ALL_KERNELS, RUNNABLE } from '../../targets/kernels.js';
import { addTraffic, estimateStalls, type FlashTraffic, NO_TRAFFIC } from './estimate-stalls.js';
import type { FusedProduct } from './fused-product.js';

/** A kernel for a product, and what it costs there. */
export interface Candidate {
  readonly kernel: Kernel;
  /** Groups of inputs whose tables are in memory at a time. */
  readonly block: number;
  /** Modelled cycles of one call. */
  readonly cycles: number;
  /** Bytes of packed weights and of working memory. */
  readonly weightBytes: number;
  readonly workBytes: number;
  /** Bytes of weights that a step reads; of a gather, which reads one column, none are counted. */
  readonly readBytes: number;
  /** Bytes of the function; one of runtime-c is there once however often it is called. */
  readonly codeBytes: number;
}

/** The weights of a product as a kernel gets them: rows padded with zeros. */
export function taskFor(
  { ops, onto, ...product }: FusedProduct,
  kernel: Kernel,
  block: number,
  weights = product.weights,
): MatrixTask {
  const rows = Math.ceil(weights.rows / kernel.tile.rows) * kernel.tile.rows;
  const codes = new Int8Array(rows * weights.cols);
  codes.set(weights.codes);
  const first = ops[0]!;
  return {
    weights: { ...weights, rows, codes },
    addToOutput: onto !== null,
    fraction: first.kind === 'gather' ? first.attributes.fraction : 0,
    block,
  };
}

/** The weights of a product as its kernel reads them: those of all parts, one behind the other. */
export function packedParts(product: FusedProduct, kernel: Kernel, block: number): Packed {
  const packed = product.parts.map((weights) => {
    const argument = kernel.arguments(taskFor(product, kernel, block, weights)).find(({ kind }) => kind === 'weights');
    return argument?.kind === 'weights' ? argument.pack() : bug(`${kernel.symbol} has no weights`);
  });
  const [{ ctype, values: first }] = packed as [Packed];
  if (packed.length === 1) return packed[0]!;
  if (packed.some(({ values }) => values.length !== first.length)) bug(`${kernel.symbol}: parts of several sizes`);
  const all = new (first.constructor as new (length: number) => typeof first)(packed.length * first.length);
  packed.forEach(({ values }, k) => {
    all.set(values, k * first.length);
  });
  return { ctype, values: all };
}

/** Modelled cycles of a call of a kernel (see KernelCost); a gather reads one column. */
export function cyclesOf(kernel: Kernel, task: MatrixTask, core: CoreName): number {
  if (kernel.op === 'gather') return 10 * task.weights.rows + 60;
  return Math.round(costOf(knownCost(kernel, core).cycles, countsOf(kernel, task)));
}

/** Bytes of code of a kernel; a generated one depends on the weights. */
export function codeBytesOf(kernel: Kernel, task: MatrixTask, core: CoreName): number {
  if (kernel.op === 'gather') return 150;
  const { bytes } = knownCost(kernel, core);
  return typeof bytes === 'number' ? bytes : Math.round(costOf(bytes, countsOf(kernel, task)));
}

const knownCost = (kernel: Kernel, core: CoreName): KernelCost =>
  kernelCost(kernel, CORES[core].cycles) ?? bug(`${kernel.symbol} has no cost on ${core}`);

/** Every kernel that a core can run for a product and whose cost there is known, with every size of its tables. */
export function candidatesFor(product: FusedProduct, core: CoreName): Candidate[] {
  const runnable = RUNNABLE[CORES[core].isa];
  const { kind } = product.ops[0]!;
  const { alphabet, cols } = product.weights;
  const kernels = ALL_KERNELS.filter(
    (k) =>
      k.op === (kind === 'gather' ? 'gather' : 'matvec') &&
      k.input === product.input &&
      k.alphabets.includes(alphabet) &&
      (k.op === 'gather' || kernelCost(k, CORES[core].cycles) !== null) &&
      runnable.includes(k.isa) &&
      (k.fits === undefined || product.parts.every(k.fits)) &&
      // the place of a matrix among others is that of matrices of one size
      (product.parts.length === 1 || (k.counts === undefined && k.generate === undefined)),
  );
  if (kernels.length === 0) bug(`no kernel for ${kind} of ${alphabet} at ${product.ops[0]!.origin}`);
  return kernels.flatMap((kernel) => {
    const groups = Math.ceil(cols / kernel.tile.inputs);
    const blocks = kernel.blocks.map((b) => (b === 'all' ? groups : Math.min(b, groups)));
    return [...new Set(blocks.length === 0 ? [groups] : blocks)].map((block): Candidate => {
      const task = taskFor(product, kernel, block);
      const bytes = { weights: 0, scratch: 0 };
      for (const argument of kernel.arguments(task)) {
        if (argument.kind === 'weights') bytes.weights += argument.bytes;
        if (argument.kind === 'scratch') bytes.scratch += argument.elements * (argument.ctype === 'uint16_t' ? 2 : 4);
      }
      return {
        kernel,
        block,
        cycles: cyclesOf(kernel, task, core),
        weightBytes: bytes.weights * product.parts.length,
        readBytes: kernel.op === 'matvec' ? bytes.weights : 0,
        workBytes: bytes.scratch,
        codeBytes: codeBytesOf(kernel, task, core),
      };
    });
  });
}

/** One candidate for every product. */
export type Assignment = readonly Candidate[];

/** Cycles of a step without waiting for the flash, what it reads from there, bytes of flash and of RAM. */
export interface Price extends Omit<Estimate, 'stalls'> {
  readonly traffic: FlashTraffic;
}

/** Where code and constants are, and how the flash is read; null: without waiting. */
export interface Memory {
  readonly place: Place;
  readonly flash: FlashPoint | null;
}

/** The estimate of a price: its cycles with waiting for the flash. */
export function estimateOf({ cycles, traffic, flash, ram }: Price, { place, flash: point }: Memory): Estimate {
  const stalls = point === null ? 0 : Math.round(estimateStalls(traffic, cycles, place, point));
  return { cycles: Math.round(cycles + stalls), stalls, flash: Math.round(flash), ram: Math.round(ram) };
}

/**
 * How much the objectives that weigh bytes care about the rest: bytes of flash that one byte of RAM is worth, and the exponent of the
 * cycles. Balanced: RAM is scarcer than flash, and half the cycles are worth twice the bytes. Size: flash first, but a step of twice
 * the cycles must save 16 % of it. Measured in docs/decisions/0027.
 */
const WEIGHTS = { balanced: { ram: 2, cycles: 1 }, size: { ram: 1 / 4, cycles: 1 / 4 } } as const;

/** What an objective minimizes; for speed, bytes only decide between plans that are equally fast. */
export function score({ cycles, flash, ram }: Omit<Estimate, 'stalls'>, objective: Objective): number {
  if (objective === 'speed') return cycles * (1 + (flash + ram) / 1e9);
  const weight = WEIGHTS[objective];
  return (flash + weight.ram * ram) * cycles ** weight.cycles;
}

/** Maximum number of assignments that are compared one by one. */
const MAX_ASSIGNMENTS = 20_000;

/**
 * Bytes of weights as code that a plan may have without being asked for them, by the estimate, which is off by up to 10 % at this
 * size: less than 4 KB in all. Straight-line code is fetched once a step, so every byte of it misses a cache that it does not fit
 * (docs/decisions/0027).
 */
const MAX_WEIGHTS_AS_CODE = 3700;

export interface RankOptions {
  readonly objective: Objective;
  /** What the rest of the plan costs, whatever kernels are chosen. */
  readonly rest: Price;
  readonly memory: Memory;
  readonly allowWeightsAsCode: boolean;
}

/**
 * All assignments worth looking at, the best first by the objective's score. Candidates that another one of the same product beats in
 * everything are left out; where there are still too many assignments, only the best few of every product are kept.
 */
export function rankAssignments(
  candidates: readonly (readonly Candidate[])[],
  { objective, rest, memory, allowWeightsAsCode }: RankOptions,
): Assignment[] {
  const maxGenerated = allowWeightsAsCode ? Number.POSITIVE_INFINITY : MAX_WEIGHTS_AS_CODE;
  const allowed = candidates.map((list) => list.filter((c) => generatedBytes([c]) <= maxGenerated));
  const useful = allowed.map((list) => list.filter((c) => !list.some((other) => other !== c && beats(other, c))));
  const scoreOf = (assignment: Assignment): number => {
    const own = priceOf(assignment, memory.place);
    const cycles = rest.cycles + own.cycles;
    const stalls =
      memory.flash === null
        ? 0
        : estimateStalls(addTraffic(rest.traffic, own.traffic), cycles, memory.place, memory.flash);
    return score({ cycles: cycles + stalls, flash: rest.flash + own.flash, ram: rest.ram + own.ram }, objective);
  };
  const count = useful.reduce((product, list) => product * list.length, 1);
  const most = Math.max(1, Math.floor(MAX_ASSIGNMENTS ** (1 / useful.length)));
  const lists = count <= MAX_ASSIGNMENTS ? useful : useful.map((list) => bestOf(list, most, (c) => scoreOf([c])));
  let all: Candidate[][] = [[]];
  for (const list of lists) all = all.flatMap((begun) => list.map((c) => [...begun, c]));
  return all
    .filter((assignment) => generatedBytes(assignment) <= maxGenerated)
    .map((assignment) => ({ assignment, value: scoreOf(assignment) }))
    .sort((a, b) => a.value - b.value)
    .map(({ assignment }) => assignment);
}

/** The best candidates of a product; the best one of runtime-c is always among them, since weights as code are limited in all. */
function bestOf(list: readonly Candidate[], count: number, value: (candidate: Candidate) => number): Candidate[] {
  const sorted = [...list].sort((a, b) => value(a) - value(b));
  const written = sorted.find(({ kernel }) => kernel.generate === undefined);
  const best = sorted.slice(0, count);
  return written === undefined || best.includes(written) ? best : [...best.slice(0, -1), written];
}

const generatedBytes = (assignment: Assignment): number =>
  assignment.reduce((sum, { kernel, codeBytes }) => sum + (kernel.generate ? codeBytes : 0), 0);

const beats = (a: Candidate, b: Candidate): boolean => {
  const pairs = [
    [a.cycles, b.cycles],
    [a.weightBytes, b.weightBytes],
    [a.workBytes, b.workBytes],
    [a.codeBytes, b.codeBytes],
  ] as const;
  return pairs.every(([x, y]) => x <= y) && pairs.some(([x, y]) => x < y);
};

/** What the products of an assignment cost: in RAM the largest working memory, and what is copied there. */
export function priceOf(assignment: Assignment, place: Place): Price {
  const functions = new Map(assignment.map((c) => [c.kernel.generate ? c : c.kernel.symbol, c.codeBytes]));
  const all = [...functions.values()].reduce((sum, bytes) => sum + bytes, 0);
  let [cycles, weights, read, straightCode, work] = [0, 0, 0, 0, 0];
  for (const c of assignment) {
    cycles += c.cycles;
    weights += c.weightBytes;
    read += c.readBytes;
    if (c.kernel.generate) straightCode += c.codeBytes;
    work = Math.max(work, c.workBytes);
  }
  return {
    ...{ cycles, flash: all + weights, ram: work + copiedBytes({ code: all, constants: weights }, place) },
    traffic: { ...NO_TRAFFIC, code: all - straightCode, straightCode, weights: read },
  };
}

/** Bytes of code and constants that are copied to RAM. */
export function copiedBytes(bytes: { readonly code: number; readonly constants: number }, place: Place): number {
  const copied = inRam(place);
  return (copied.code ? bytes.code : 0) + (copied.constants ? bytes.constants : 0);
}
