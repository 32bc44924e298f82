import type { SampleFeed } from './sample-feed.js';

/** One time step as the firmware measured it; of a stream, a frame. */
export interface StepLine {
  /** From 1. */
  readonly step: number;
  /** 0 = not counted. */
  readonly cycles: number;
  /** FNV-1a 32 of all states and outputs up to here; of a stream, of codes, logits and reports. */
  readonly hash: number;
}

/** What a board said of itself before the first step. */
export interface HeadLine {
  readonly board: string;
  readonly modelHash: number;
  readonly clockHz: number;
  readonly counter: string;
}

/** A report of a stream. */
export interface EventLine {
  readonly step: number;
  /** The members of its result. */
  readonly found: number;
  readonly value: number;
}

const HEAD = /^rnnq board=(\w+) model=([0-9a-f]{8}) clock=(\d+) counter=(\w+)$/;
const STEP = /^rnnq step=(\d+) cycles=(\d+) hash=([0-9a-f]{8})$/;
const EVENT = /^rnnq event step=(\d+) found=(\d+) (?:margin|score)=(\d+)$/;
const READ = /^rnnq read=(\d+)$/;
const SELFTEST = /^rnnq selftest=(\d+)$/;
const FAULT = /^rnnq: FAULT /;

/**
 * Reads the lines that codegen/firmware.c.ejs and stream.c.ejs print, and answers those that ask for input. A run begins with its head line; what comes before it, and every
 * line of another form, is not the firmware's and is kept as garbage.
 */
export class StepLog {
  head: HeadLine | null = null;
  steps: StepLine[] = [];
  events: EventLine[] = [];
  /** Result of the self-test: 0, or the first wrong step; null = not there yet. */
  selftest: number | null = null;
  fault: string | null = null;
  /** Seconds after which no more lines were waited for; null where the program came to its end. */
  waited: number | null = null;
  readonly garbage: string[] = [];

  constructor(readonly feed: SampleFeed | null = null) {}

  /** True when nothing more is to be expected. */
  get complete(): boolean {
    return this.selftest !== null || this.fault !== null;
  }

  /** Takes one line, without its end; gives what is to be sent to the board, or null. */
  add(line: string): Uint8Array | null {
    if (this.complete || line === '') return null;
    const head = HEAD.exec(line);
    const step = STEP.exec(line);
    const event = EVENT.exec(line);
    const read = READ.exec(line);
    const selftest = SELFTEST.exec(line);
    if (head !== null) {
      this.steps = [];
      this.events = [];
      this.feed?.rewind();
      this.head = {
        board: head[1]!,
        modelHash: Number.parseInt(head[2]!, 16),
        clockHz: Number(head[3]),
        counter: head[4]!,
      };
    } else if (FAULT.test(line)) this.fault = line;
    else if (this.head !== null && step !== null)
      this.steps.push({ step: Number(step[1]), cycles: Number(step[2]), hash: Number.parseInt(step[3]!, 16) });
    else if (this.head !== null && event !== null)
      this.events.push({ step: Number(event[1]), found: Number(event[2]), value: Number(event[3]) });
    else if (this.head !== null && selftest !== null) this.selftest = Number(selftest[1]);
    else if (read !== null) return this.head === null ? null : (this.feed?.answer(Number(read[1])) ?? null);
    else if (step === null && event === null && selftest === null) this.garbage.push(line);
    return null;
  }
}

const inTime = ({ waited }: StepLog): string => (waited === null ? '' : ` within ${waited} s (--timeout)`);

/** The first thing in which a run is not the golden, or null. */
export function firstDifference(log: StepLog, goldenHashes: readonly number[]): string | null {
  if (log.fault !== null) return log.fault;
  for (const [index, expected] of goldenHashes.entries()) {
    const found = log.steps[index];
    if (found === undefined) return `step ${index + 1} of ${goldenHashes.length} did not come${inTime(log)}`;
    if (found.step !== index + 1) return `step ${index + 1} was lost, step ${found.step} came instead`;
    if (found.hash !== expected >>> 0)
      return `step ${index + 1}: hash ${hex(found.hash)}, the golden says ${hex(expected >>> 0)}`;
  }
  const extra = log.steps[goldenHashes.length];
  if (extra !== undefined) return `step ${extra.step} came, the golden has ${goldenHashes.length}`;
  if (log.selftest === null) return `the self-test did not come${inTime(log)}`;
  return log.selftest === 0 ? null : `the self-test found step ${log.selftest} wrong`;
}

/** The first report of a stream that is not the expected one, or null. */
export function firstWrongEvent(found: readonly EventLine[], expected: readonly EventLine[]): string | null {
  const show = (event: EventLine | undefined): string =>
    event === undefined ? 'none' : `${event.found} with the figure ${event.value} in frame ${event.step}`;
  for (let i = 0; i < Math.max(found.length, expected.length); i++)
    if (show(found[i]) !== show(expected[i]))
      return `report ${i + 1}: ${show(found[i])}, expected ${show(expected[i])}`;
  return null;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** Splits a stream of bytes into lines for a log. */
export class LineSplitter {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  /** Bytes that are no text become the replacement character; a line without end is cut after 1000 characters. */
  push(bytes: Uint8Array): void {
    const lines = (this.rest + Buffer.from(bytes).toString('latin1')).split(/\r?\n/);
    this.rest = lines.pop()!.slice(-1000);
    for (const line of lines) this.onLine(line);
  }
}
