import type { BenchBoard } from '../board.js';
import type { Availability } from '../tools.js';

export interface RunRequest {
  /** Absolute path of a program that buildProgram made for the board. */
  readonly executable: string;
  /** Working directory: the program reads input.bin from it and writes output.bin to it. */
  readonly directory: string;
  readonly timeoutMs: number;
}

export interface RunResult {
  /** What the program ended with; 128 + signal number where it was killed, as a shell reports it. */
  readonly exitCode: number;
  /** All that was printed, by the program and by the emulator. */
  readonly console: string;
  /** The program ran until the time was up and was killed. */
  readonly timedOut: boolean;
  /** The processor faulted: a fault handler was entered, or not even that was possible. */
  readonly lockedUp: boolean;
}

/** A way to run a program on a board. */
export interface Runner {
  readonly name: string;
  available(): Promise<Availability>;
  run(board: BenchBoard, request: RunRequest): Promise<RunResult>;
}
