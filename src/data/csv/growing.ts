import type { Values } from '../values.js';

/** Numbers from which on memory is asked for so that it need not be copied: what is never written takes none. */
const MANY = 2 ** 23;
/** Room beyond what is expected, where there are many. */
const MARGIN = 1.25;

/** Numbers that are collected one after the other, of which only the last growth is ever in memory twice. */
export class Growing {
  #values: Values;
  #length = 0;

  /**
   * @param array what they are kept in
   * @param expected how many there will be, by how many there are
   */
  constructor(
    readonly array: typeof Float64Array | typeof Float32Array = Float64Array,
    readonly expected: (length: number) => number = (length) => length,
  ) {
    this.#values = new array(64);
  }

  get length(): number {
    return this.#length;
  }

  push(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    for (let i = 0; i < values.length; i++) this.#values[this.#length++] = values[i]!;
  }

  add(value: number): void {
    this.#reserve(1);
    this.#values[this.#length++] = value;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#values.length) return;
    const capacity = needed < MANY ? 1.5 * needed : MARGIN * Math.max(needed, this.expected(needed));
    const grown = new this.array(Math.ceil(capacity));
    grown.set(this.#values);
    this.#values = grown;
  }

  /** The numbers so far, in memory of their own length where they are not many. */
  finish(): Values {
    const own = this.#values.subarray(0, this.#length);
    if (this.#length < MANY && this.#length < this.#values.length) this.#values = own.slice();
    return this.#length < MANY ? this.#values : own;
  }
}
