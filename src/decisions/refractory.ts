/** D4: after a report, none for some steps. */
export class Refractory {
  #wait = 0;

  constructor(readonly steps: number) {}

  reset(): void {
    this.#wait = 0;
  }

  /** Whether a step reports; called once in each. */
  reports(candidate: boolean): boolean {
    if (this.#wait > 0) {
      this.#wait--;
      return false;
    }
    if (candidate) this.#wait = this.steps;
    return candidate;
  }
}
