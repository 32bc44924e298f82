/** Differences that a column needs before its rising means something: in all, and for each sequence. */
const MIN_STEPS = 20;
const MIN_STEPS_EACH = 4;
/** Relative difference of two steps that are the same step, written with few digits. */
const SAME = 1e-3;

/**
 * Follows which columns look like a time or a counter by their values: they rise by the same step in every row of every
 * sequence, or rise throughout the file, over several sequences.
 */
export class RisingColumns {
  /** Places of the columns that still rise. */
  #even: number[];
  #onwards: number[];
  readonly #last: Float64Array;
  /** Distance of the first two rows. */
  readonly #step: Float64Array;
  #steps = 0;
  #sequences = 0;
  #rows = 0;

  constructor(count: number) {
    this.#even = Array.from({ length: count }, (_, i) => i);
    this.#onwards = [...this.#even];
    this.#last = new Float64Array(count);
    this.#step = new Float64Array(count);
  }

  /** @param start the row is the first one of its sequence */
  add(values: Float64Array, start: boolean): void {
    if (this.#even.length > 0) this.#even = this.#even.filter((i) => start || this.#isEven(i, values[i]!));
    if (this.#onwards.length > 0)
      this.#onwards = this.#onwards.filter((i) => this.#rows === 0 || values[i]! > this.#last[i]!);
    this.#rows++;
    if (start) this.#sequences++;
    else this.#steps++;
    for (const i of [...this.#even, ...this.#onwards]) this.#last[i] = values[i]!;
  }

  #isEven(i: number, value: number): boolean {
    const step = value - this.#last[i]!;
    if (this.#steps === 0) this.#step[i] = step;
    const expected = this.#step[i]!;
    return step > 0 && Math.abs(step - expected) <= SAME * expected + 1e-9 * Math.abs(value);
  }

  /** The columns that look like a time, and why. */
  get found(): readonly { readonly place: number; readonly why: string }[] {
    if (this.#steps < Math.max(MIN_STEPS, MIN_STEPS_EACH * this.#sequences)) return [];
    const onwards = this.#sequences > 1 ? this.#onwards : [];
    return [
      ...this.#even.map((place) => ({
        place,
        why: `rises by ${Number(this.#step[place]!.toPrecision(4))} in every row`,
      })),
      ...onwards
        .filter((place) => !this.#even.includes(place))
        .map((place) => ({ place, why: 'rises in every row of the file, over all sequences' })),
    ];
  }
}
