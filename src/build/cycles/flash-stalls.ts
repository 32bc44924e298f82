import type { FlashCache, FlashPoint } from '../../targets/flash-timing.js';

/** Which lines a cache holds. */
class Lines {
  readonly #lineBytes: number;
  readonly #ways: number;
  /** Per set, the line that was used last at the end. */
  readonly #sets: number[][];

  constructor({ bytes, lineBytes, ways }: FlashCache) {
    const lines = bytes / lineBytes;
    this.#lineBytes = lineBytes;
    this.#ways = ways === 'full' ? lines : ways;
    this.#sets = Array.from({ length: lines / this.#ways }, () => []);
  }

  /** Whether the line of an address is there; it is the last used one afterwards, unless it is not to be kept. */
  access(address: number, keep = true): boolean {
    const line = Math.floor(address / this.#lineBytes);
    const set = this.#sets[line % this.#sets.length]!;
    const at = set.indexOf(line);
    if (at < 0 && !keep) return false;
    if (at >= 0) set.splice(at, 1);
    else if (set.length === this.#ways) set.shift();
    set.push(line);
    return at >= 0;
  }
}

/** Counts the cycles that a processor waits for its flash, access after access. */
export class FlashModel {
  readonly #point: FlashPoint;
  readonly #instructions: Lines | null;
  readonly #data: Lines | null;
  /** The line that is being executed, and the cycles since it began. */
  #line = -1;
  #elapsed = 0;
  /** The line of the last constant, without a cache. */
  #dataLine = -1;

  constructor(point: FlashPoint) {
    const { instructionCache, dataCache } = point.timing;
    this.#point = point;
    this.#instructions = point.accelerated && instructionCache !== null ? new Lines(instructionCache) : null;
    this.#data =
      dataCache === 'shared'
        ? this.#instructions
        : point.accelerated && dataCache !== null
          ? new Lines(dataCache)
          : null;
  }

  /** Executes the bytes from `address` on, which take so many cycles without waiting; gives the cycles of waiting. */
  execute(address: number, bytes: number, cycles: number): number {
    const { lineBytes } = this.#point.timing;
    let stalls = 0;
    for (let at = address; at < address + bytes; ) {
      const line = Math.floor(at / lineBytes);
      const end = Math.min(address + bytes, (line + 1) * lineBytes);
      stalls += this.#fetch(line);
      this.#elapsed += (cycles * (end - at)) / bytes;
      at = end;
    }
    return stalls;
  }

  #fetch(line: number): number {
    if (line === this.#line) return 0;
    const { timing, waitStates, accelerated } = this.#point;
    const ahead = accelerated && timing.prefetch && line === this.#line + 1;
    // a line that was read ahead is there as soon as its read ends; only a line that nobody read ahead goes into the cache
    const waits = ahead ? Math.max(0, waitStates - this.#elapsed) : waitStates;
    const cached = this.#instructions?.access(line * timing.lineBytes, !ahead) ?? false;
    this.#line = line;
    this.#elapsed = 0;
    return cached ? 0 : waits;
  }

  /** Loads a constant; gives the cycles of waiting. */
  load(address: number): number {
    const { timing, waitStates } = this.#point;
    if (this.#data !== null) return this.#data.access(address) ? 0 : waitStates;
    const line = Math.floor(address / timing.lineBytes);
    const same = line === this.#dataLine;
    this.#dataLine = line;
    return same ? 0 : waitStates;
  }
}

/** What the trace needs to know of a block. */
export interface TracedBlock {
  readonly bytes: number;
  readonly cycles: number;
}

/** Ends a region in the trace of boards/common/count_blocks.c. */
const END = 0xffffffff;

/**
 * Replays the trace of a program: cycles of waiting in each region, for each operating point. Code outside the flash does
 * not wait, nor do loads that the trace left out. The caches keep their lines from region to region.
 */
export function replayTrace(
  trace: Uint32Array,
  flash: { readonly low: number; readonly high: number },
  blockOf: (address: number, count: number) => TracedBlock,
  points: readonly FlashPoint[],
): number[][] {
  const models = points.map((point) => new FlashModel(point));
  const regions: number[][] = [];
  let stalls = points.map(() => 0);
  const add = (waitOf: (model: FlashModel) => number): void => {
    for (const [p, model] of models.entries()) stalls[p]! += waitOf(model);
  };
  for (let i = 0; i < trace.length; i += 2) {
    const [address, count] = [trace[i]!, trace[i + 1]!];
    if (count === END) {
      regions.push(stalls.map(Math.round));
      stalls = points.map(() => 0);
    } else if (count === 0) add((model) => model.load(address));
    else if (address >= flash.low && address < flash.high) {
      const { bytes, cycles } = blockOf(address, count);
      add((model) => model.execute(address, bytes, cycles));
    }
  }
  return regions;
}
