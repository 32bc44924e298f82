import { Worker } from 'node:worker_threads';
import { PACKAGE_ROOT } from '../../package-root.js';
import type { Shard, ShardCommand, ShardResult } from './shard.js';

/** Words of the control block shared with the worker. */
export const CONTROL = { state: 0, length: 1, words: 4 } as const;
/** Values of its state word. */
export const STATE = { idle: 0, work: 1, done: 2, failed: 3, quit: 4 } as const;
/** Bytes for a command or a result as JSON. */
const MESSAGE_BYTES = 1 << 20;
/** Longest wait for the worker, ms; far above the time of any pass. */
const PATIENCE = 60_000;

/** What a worker needs to compute a shard. */
export interface WorkerData {
  readonly control: SharedArrayBuffer;
  readonly message: SharedArrayBuffer;
  readonly memory: WebAssembly.Memory;
  readonly shape: Shard['shape'];
  readonly batch: Shard['batch'];
}

/** Writes a value as JSON into a shared buffer; returns its length in bytes. */
export function writeMessage(buffer: SharedArrayBuffer, value: unknown): number {
  const text = Buffer.from(JSON.stringify(value));
  if (text.length > buffer.byteLength) throw new Error(`a message of ${text.length} bytes to the training thread`);
  new Uint8Array(buffer).set(text);
  return text.length;
}

export const readMessage = (buffer: SharedArrayBuffer, length: number): unknown =>
  JSON.parse(Buffer.from(new Uint8Array(buffer, 0, length)).toString());

/** A thread that computes one shard of the batch, on the memory of the main thread's shard. */
export class ShardWorker {
  readonly #control: Int32Array;
  readonly #message = new SharedArrayBuffer(MESSAGE_BYTES);
  readonly #worker: Worker;

  constructor({ memory, shape, batch }: Shard) {
    const control = new SharedArrayBuffer(4 * CONTROL.words);
    this.#control = new Int32Array(control);
    const workerData: WorkerData = { control, message: this.#message, memory, shape, batch };
    // a worker never starts from a .ts file
    this.#worker = new Worker(`${PACKAGE_ROOT}dist/train/engine/worker.js`, { workerData });
    this.#worker.unref();
  }

  start(command: ShardCommand): void {
    this.#control[CONTROL.length] = writeMessage(this.#message, command);
    Atomics.store(this.#control, CONTROL.state, STATE.work);
    Atomics.notify(this.#control, CONTROL.state);
  }

  /** Waits for the result of start(). */
  finish(): ShardResult {
    // a wake-up may be the late one of the command before
    while (Atomics.load(this.#control, CONTROL.state) === STATE.work)
      if (Atomics.wait(this.#control, CONTROL.state, STATE.work, PATIENCE) === 'timed-out')
        throw new Error(
          `the training thread gave no answer within ${PATIENCE / 1000} s; RNNQ_THREADS=1 does without it`,
        );
    const result = readMessage(this.#message, this.#control[CONTROL.length]!);
    if (Atomics.load(this.#control, CONTROL.state) === STATE.failed)
      throw new Error(`the training thread failed: ${String(result)}`);
    Atomics.store(this.#control, CONTROL.state, STATE.idle);
    return result as ShardResult;
  }

  dispose(): void {
    Atomics.store(this.#control, CONTROL.state, STATE.quit);
    Atomics.notify(this.#control, CONTROL.state);
    void this.#worker.terminate();
  }
}
