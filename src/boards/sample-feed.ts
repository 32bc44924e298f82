/** Sent to a board whose first lines may have been missed: restarts a program that waits for input. */
export const RESTART = Uint8Array.of('R'.charCodeAt(0));

/** The input of a firmware that has no files: answers to its requests, as boards/common/io_uart.c reads them. */
export class SampleFeed {
  #at = 0;

  /** @param bytes all that the program may read */
  constructor(readonly bytes: Uint8Array) {}

  /** The program began to run. */
  rewind(): void {
    this.#at = 0;
  }

  /** The next bytes, with the sign of data in front and their sum behind; a single 0 where fewer are left. */
  answer(count: number): Uint8Array {
    const part = this.bytes.subarray(this.#at, this.#at + count);
    if (part.length < count) return Uint8Array.of(0);
    this.#at += count;
    return Uint8Array.of(
      1,
      ...part,
      part.reduce((sum, byte) => sum + byte, 0),
    );
  }
}
