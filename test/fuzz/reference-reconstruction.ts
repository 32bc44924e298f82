import type { Model } from '../../src/ir/model.js';
import { clamp, roundShift } from './reference-arithmetic.js';

// N17 once more: windows that are given back, from the words of docs/numerics.md and in BigInt.

const MOST = 2n ** 29n;

/** What a network that gives windows of T inputs back keeps beside the states of its layers. */
export class Reconstruction {
  #count = 0;
  #next = 0;
  #score = 0n;
  #error = 0n;
  #sum = 0n;
  #predicted: bigint[];
  readonly #waiting: bigint[][];

  constructor(
    readonly steps: number,
    readonly size: number,
    readonly fractions: { readonly x: number; readonly p: number },
    readonly largest: bigint,
  ) {
    this.#predicted = Array(size).fill(0n);
    this.#waiting = Array.from({ length: steps - 1 }, () => Array(size).fill(0n));
  }

  /** The layers of a model that gives windows back, or null. */
  static of({ layers, input, anomaly }: Model, largest: bigint): Reconstruction | null {
    const repeat = layers.find(({ type }) => type === 'repeat');
    if (repeat?.type !== 'repeat' || anomaly === undefined) return null;
    const p = (layers.at(-1) as { readonly outputFraction: number }).outputFraction;
    return new Reconstruction(repeat.steps, input.size, { x: input.fraction, p }, largest);
  }

  /** Before the layers of a time step. */
  begin(): void {
    this.#next = this.#count + 1 < this.steps ? this.#count + 1 : 0;
  }

  /** Whether the layers in front of `repeat`, or those behind it, begin with zeros in this step. */
  begins(behind: boolean): boolean {
    return (behind ? this.#next : this.#count) === 0;
  }

  /** Behind the layers. */
  end(x: readonly bigint[], outputs: readonly bigint[]): void {
    const [n, T] = [BigInt(this.size), BigInt(this.steps)];
    const common = Math.max(this.fractions.x, this.fractions.p);
    const [a, b] = [2n ** BigInt(common - this.fractions.x), 2n ** BigInt(common - this.fractions.p)];
    let v = 0n;
    while (n * T * roundShift(this.largest * a + 32768n * b, v) ** 2n > MOST) v++;
    const oldest = this.#waiting[0]!;
    const q = outputs.reduce((sum, y, j) => sum + roundShift(oldest[j]! * a - y * b, v) ** 2n, 0n);
    const none = this.#error > 1n - T && this.#error <= 0n;
    this.#error = none ? this.#error - 1n : clamp(q, 1n, MOST);
    if (this.#next === 0) this.#score = this.#sum;
    this.#sum = clamp((this.#next === 0 ? 0n : this.#sum) + this.#error, -MOST, MOST);
    this.#waiting.shift();
    this.#waiting.push([...x]);
    this.#predicted = [...outputs];
    this.#count = this.#next;
  }

  /** As the state has them. */
  get state(): bigint[] {
    const numbers = [this.#score, this.#error, this.#sum];
    return [...numbers, ...this.#predicted, ...this.#waiting.flat(), BigInt(this.#count)];
  }
}
