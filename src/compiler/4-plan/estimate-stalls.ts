import { inRam, type Place } from '../../ir/plan.js';
import type { FlashCache, FlashPoint } from '../../targets/flash-timing.js';

/** What a step reads from flash: bytes that are there, and reads of those that are read again and again. */
export interface FlashTraffic {
  /** Bytes of functions, which run in loops. */
  readonly code: number;
  /** Bytes of weights as code, which run once. */
  readonly straightCode: number;
  /** Bytes of weights, which are read once, one after the other. */
  readonly weights: number;
  /** Bytes of biases and row scales, and loads of them: from several arrays in turn. */
  readonly vectors: number;
  readonly vectorLoads: number;
  /** Bytes of tables, and loads of them: from anywhere. */
  readonly tables: number;
  readonly tableLoads: number;
}

export const NO_TRAFFIC: FlashTraffic = {
  ...{ code: 0, straightCode: 0, weights: 0, vectors: 0, vectorLoads: 0, tables: 0, tableLoads: 0 },
};

const map = (f: (key: keyof FlashTraffic) => number): FlashTraffic =>
  Object.fromEntries(Object.keys(NO_TRAFFIC).map((key) => [key, f(key as keyof FlashTraffic)])) as never;

export const addTraffic = (a: FlashTraffic, b: FlashTraffic): FlashTraffic => map((key) => a[key] + b[key]);
export const lessTraffic = (a: FlashTraffic, b: FlashTraffic): FlashTraffic => map((key) => a[key] - b[key]);

/** Where prefetch is on, the share of the lines of code that are reached by a jump: the others were read ahead. */
const REACHED_BY_JUMPS = 1 / 4;

/** Bytes of instructions that run in a cycle: most have two bytes, and some take more than one cycle. */
const BYTES_PER_CYCLE = 1.7;

/**
 * Cycles that a step waits for the flash: a closed estimate of what the replay of a trace gives (FlashModel), for the choice of
 * kernels. A cache keeps what it has room for from step to step; what it has no room for misses in every step.
 */
export function estimateStalls(traffic: FlashTraffic, cycles: number, place: Place, point: FlashPoint): number {
  const { timing, waitStates, accelerated } = point;
  if (waitStates === 0) return 0;
  const { code, constants } = inRam(place);
  const inFlash = {
    code: code ? 0 : traffic.code,
    straight: code ? 0 : traffic.straightCode,
    constants: constants ? 0 : traffic.weights + traffic.vectors + traffic.tables,
  };
  const shared = timing.dataCache === 'shared' ? timing.instructionCache : null;
  if (accelerated && shared !== null) {
    const bytes = inFlash.code + inFlash.straight + inFlash.constants;
    return (waitStates * missing(bytes, shared)) / timing.lineBytes;
  }
  const cache = accelerated && timing.dataCache !== 'shared' ? timing.dataCache : null;
  const data = constants ? 0 : dataReads(traffic, cache, timing.lineBytes);
  if (!accelerated) return waitStates * (data + (code ? 0 : (cycles * BYTES_PER_CYCLE) / timing.lineBytes));
  const misses =
    inFlash.straight +
    (timing.instructionCache === null ? inFlash.code : missing(inFlash.code, timing.instructionCache));
  return waitStates * (data + (misses / timing.lineBytes) * (timing.prefetch ? REACHED_BY_JUMPS : 1));
}

/** Reads of constants that wait; without a cache those of the line that was read last do not. */
const dataReads = (traffic: FlashTraffic, cache: FlashCache | null, lineBytes: number): number =>
  cache === null
    ? traffic.weights / lineBytes + traffic.vectorLoads + traffic.tableLoads
    : (traffic.weights + traffic.vectors) / cache.lineBytes +
      traffic.tableLoads * (1 - Math.min(1, cache.bytes / Math.max(1, traffic.tables)));

/** Of so many bytes that are used in turn, those that are not in a cache of least recently used lines when they are needed. */
function missing(bytes: number, { bytes: room, lineBytes, ways }: FlashCache): number {
  const lines = ways === 'full' ? room / lineBytes : ways;
  return bytes <= room ? 0 : Math.min(bytes, (lines + 1) * (bytes - room));
}
