/** One time step as the firmware measured it. */
export interface StepLine {
  /** From 1. */
  readonly step: number;
  /** 0 = not counted. */
  readonly cycles: number;
  /** FNV-1a 32 of all states and outputs up to here. */
  readonly hash: number;
}

/** What a board said of itself before the first step. */
export interface HeadLine {
  readonly board: string;
  readonly modelHash: number;
  readonly clockHz: number;
  readonly counter: string;
}

const HEAD = /^rnnq board=(\w+) model=([0-9a-f]{8}) clock=(\d+) counter=(\w+)$/;
const STEP = /^rnnq step=(\d+) cycles=(\d+) hash=([0-9a-f]{8})$/;
const SELFTEST = /^rnnq selftest=(\d+)$/;
const FAULT = /^rnnq: FAULT /;

/**
 * Reads the lines that codegen/firmware.c.ejs prints. A run begins with its head line; what comes before it, and every
 * line of another form, is not the firmware's and is kept as garbage.
 */
export class StepLog {
  head: HeadLine | null = null;
  steps: StepLine[] = [];
  /** Result of the self-test: 0, or the first wrong step; null = not there yet. */
  selftest: number | null = null;
  fault: string | null = null;
  readonly garbage: string[] = [];

  /** True when nothing more is to be expected. */
  get complete(): boolean {
    return this.selftest !== null || this.fault !== null;
  }

  /** Takes one line, without its end. */
  add(line: string): void {
    if (this.complete || line === '') return;
    const head = HEAD.exec(line);
    const step = STEP.exec(line);
    const selftest = SELFTEST.exec(line);
    if (head !== null) {
      this.steps = [];
      this.head = {
        board: head[1]!,
        modelHash: Number.parseInt(head[2]!, 16),
        clockHz: Number(head[3]),
        counter: head[4]!,
      };
    } else if (FAULT.test(line)) this.fault = line;
    else if (this.head !== null && step !== null)
      this.steps.push({ step: Number(step[1]), cycles: Number(step[2]), hash: Number.parseInt(step[3]!, 16) });
    else if (this.head !== null && selftest !== null) this.selftest = Number(selftest[1]);
    else if (step === null && selftest === null) this.garbage.push(line);
  }
}

/** The first thing in which a run is not the golden, or null. */
export function firstDifference(log: StepLog, goldenHashes: readonly number[]): string | null {
  if (log.fault !== null) return log.fault;
  for (const [index, expected] of goldenHashes.entries()) {
    const found = log.steps[index];
    if (found === undefined) return `step ${index + 1} of ${goldenHashes.length} did not come`;
    if (found.step !== index + 1) return `step ${index + 1} was lost, step ${found.step} came instead`;
    if (found.hash !== expected >>> 0)
      return `step ${index + 1}: hash ${hex(found.hash)}, the golden says ${hex(expected >>> 0)}`;
  }
  if (log.selftest === null) return 'the self-test did not come';
  return log.selftest === 0 ? null : `the self-test found step ${log.selftest} wrong`;
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
