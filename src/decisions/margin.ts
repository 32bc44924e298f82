import type { MarginDecision } from '../ir/decision.js';
import { whole } from '../validate.js';
import type { DecisionDef, DecisionTwin, Report } from './decision.js';

const MAX_CLASS = 65534;

/** D1 to D4. */
export const margin: DecisionDef<MarginDecision> = {
  fields: {
    smoothing: whole(0, 15),
    threshold: whole(1, 65535),
    refractory: whole(0, 65535),
    background: whole(0, MAX_CLASS).optional(),
  },
  misfit: ({ background = 0 }, classes) => {
    if (classes < 2) return { field: 'kind', expected: `for ${classes} output: a margin needs two classes` };
    return background < classes ? null : { field: 'background', expected: `a class from 0 to ${classes - 1}` };
  },
  twin: (decision, classes) => new MarginTwin(decision, classes),
  streamFields: (classes) => [
    { name: 'smoothed', ctype: 'int32_t', length: classes, initial: 0 },
    { name: 'wait', ctype: 'uint16_t', length: 0, initial: 0 },
  ],
  functions: ['rnnq_margin_s16_c'],
  // without a background, an index that no class has; -1 would not do: its difference from a class is negative
  lines: ({ smoothing, threshold, refractory, background }, classes, field) => [
    `const int32_t wait = ${field('wait')};`,
    'const int32_t idle = (wait - 1) >> 31; /* all bits, or none */',
    'int32_t found;',
    '',
    `found = rnnq_margin_s16_c(${field('smoothed')}, &result->margin, scratch->logits, ${classes}, ${background ?? classes}, ${smoothing}, ${256 * threshold});`,
    'found |= ~idle;',
    `${field('wait')} = (uint16_t)((((wait - 1) & ~idle) | (${refractory} & ~(found >> 31))) & 0xffff);`,
    'result->found = (int16_t)found;',
  ],
  describe: ({ smoothing, threshold, refractory, background }, labels) =>
    `margin of the largest logit, smoothed by 1/${2 ** smoothing}, at least ${threshold}; ${refractory} steps between reports` +
    (background === undefined ? '' : `; never ${labels[background] ?? `class ${background}`}`),
};

class MarginTwin implements DecisionTwin {
  readonly #smoothed: Int32Array;
  #wait = 0;

  constructor(
    readonly decision: MarginDecision,
    classes: number,
  ) {
    this.#smoothed = new Int32Array(classes);
  }

  reset(): void {
    this.#smoothed.fill(0);
    this.#wait = 0;
  }

  step(logits: ArrayLike<number>): Report {
    const { smoothing, threshold, refractory, background = -1 } = this.decision;
    let [first, second] = [0, -32768];
    for (let c = 1; c < logits.length; c++) {
      if (logits[c]! > logits[first]!) {
        second = logits[first]!;
        first = c;
      } else second = Math.max(second, logits[c]!);
    }
    const margin = logits[first]! - second;
    let [found, most] = [-1, 256 * threshold - 1];
    for (let c = 0; c < logits.length; c++) {
      const before = this.#smoothed[c]!;
      const s = before + ((256 * (c === first ? margin : 0) - before) >> smoothing);
      this.#smoothed[c] = s;
      if (c === background || s <= most) continue;
      found = c;
      most = s;
    }
    if (this.#wait > 0) {
      this.#wait--;
      return { found: -1, margin };
    }
    if (found >= 0) this.#wait = refractory;
    return { found, margin };
  }

  /** The smoothed margins, 8 fraction bits. */
  get smoothed(): Int32Array {
    return this.#smoothed;
  }
}
