import type { Values } from '../values.js';

/** Numbers that are collected one after the other. */
export class Growing {
  #values: Values;
  #length = 0;

  /** @param array what they are kept in */
  constructor(readonly array: typeof Float64Array | typeof Float32Array = Float64Array) {
    this.#values = new array(64);
  }

  get length(): number {
    return this.#length;
  }

  last(): number {
    return this.#values[this.#length - 1]!;
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
    if (this.#length + count <= this.#values.length) return;
    const grown = new this.array(Math.max(this.#length + count, Math.ceil(1.5 * this.#values.length)));
    grown.set(this.#values);
    this.#values = grown;
  }

  /** Memory of its own length. */
  finish(): Values {
    return this.#length === this.#values.length ? this.#values : this.#values.slice(0, this.#length);
  }
}
