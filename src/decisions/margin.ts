import type { MarginDecision } from '../ir/decision.js';
import { type Model, outputFraction, outputSize } from '../ir/model.js';
import { whole } from '../validate.js';
import type { DecisionDef, DecisionTwin, Report } from './decision.js';
import { Refractory } from './refractory.js';

/** Of all kinds: k, steps, and a margin in codes. */
export const MAX_MARGIN_SMOOTHING = 15;
export const SMOOTHING = whole(0, MAX_MARGIN_SMOOTHING);
export const REFRACTORY = whole(0, 65535);
const MAX_THRESHOLD = 65535;
export const THRESHOLD = whole(1, MAX_THRESHOLD);
/** What all thresholds of margins have in common. */
export const MARGIN_CODES = { step: 1, largest: MAX_THRESHOLD, spacing: 'differences' } as const;
const MAX_CLASS = 65534;
/** The label of the class that is not to be reported, where a model has one of that name. */
const BACKGROUND = 'background';

/** Fraction bits of the outputs. */
export const logitFraction = ({ layers, activationBits }: Model): number =>
  outputFraction(layers.at(-1)!, activationBits);

/** D1 to D4. */
export const margin: DecisionDef<MarginDecision> = {
  task: 'classify',
  fields: {
    smoothing: SMOOTHING,
    threshold: THRESHOLD,
    refractory: REFRACTORY,
    background: whole(0, MAX_CLASS).optional(),
  },
  misfit: ({ background = 0 }, model) => {
    const classes = outputSize(model);
    if (classes < 2) return { field: 'kind', expected: `for ${classes} output: a margin needs two classes` };
    return background < classes ? null : { field: 'background', expected: `a class from 0 to ${classes - 1}` };
  },
  twin: (decision, model) => new MarginTwin(decision, outputSize(model)),
  result: (model) => ({
    found: {
      ...{ name: 'found', ctype: 'int16_t', idle: -1, min: -1, max: outputSize(model) - 1 },
      comment: 'the class that is reported now, or -1',
    },
    value: {
      ...{ name: 'margin', ctype: 'int32_t', idle: 0 },
      comment: 'of the largest logit over the second one, in codes; 0 where no frame is ready',
    },
  }),
  named: (found) => (found < 0 ? [] : [found]),
  labels: (model) => Array.from({ length: outputSize(model) }, (_, c) => model.labels[c] ?? `class ${c}`),
  lasting: false,
  fraction: logitFraction,
  streamFields: (model) => [
    { name: 'smoothed', ctype: 'int32_t', length: outputSize(model), initial: 0 },
    { name: 'wait', ctype: 'uint16_t', length: 0, initial: 0 },
  ],
  constants: () => [],
  functions: ['rnnq_margin_s16_c'],
  // without a background, an index that no class has; -1 would not do: its difference from a class is negative
  lines: ({ smoothing, threshold, refractory, background }, model, { field }) => [
    `const int32_t wait = ${field('wait')};`,
    'const int32_t idle = (wait - 1) >> 31; /* all bits, or none */',
    'int32_t found;',
    '',
    `found = rnnq_margin_s16_c(${field('smoothed')}, &result->margin, scratch->logits, ${outputSize(model)}, ${background ?? outputSize(model)}, ${smoothing}, ${256 * threshold});`,
    'found |= ~idle;',
    `${field('wait')} = (uint16_t)((((wait - 1) & ~idle) | (${refractory} & ~(found >> 31))) & 0xffff);`,
    'result->found = (int16_t)found;',
  ],
  example: ({ model }) => ['if (result.found >= 0) {', `    printf("%s\\n", ${model}_labels[result.found]);`, '}'],
  initial: ({ labels }, settings) => {
    const background = labels.indexOf(BACKGROUND);
    return { kind: 'margin', threshold: 1, ...settings, ...(background >= 0 && { background }) };
  },
  maxSmoothing: MAX_MARGIN_SMOOTHING,
  adjusted: (model, { smoothing = model.decision.smoothing, refractory = model.decision.refractory }) => ({
    ...model,
    decision: { ...model.decision, smoothing, refractory },
  }),
  thresholds: (model) => [
    {
      ...{ ...MARGIN_CODES, output: null, value: model.decision.threshold },
      at: (threshold) => ({ ...model, decision: { ...model.decision, threshold } }),
    },
  ],
  describe: ({ smoothing, threshold, refractory, background }, { labels }) =>
    `margin of the largest logit, smoothed by 1/${2 ** smoothing}, at least ${threshold}; ${refractory} steps between reports` +
    (background === undefined ? '' : `; never ${labels[background] ?? `class ${background}`}`),
};

class MarginTwin implements DecisionTwin {
  readonly #smoothed: Int32Array;
  readonly #wait: Refractory;

  constructor(
    readonly decision: MarginDecision,
    classes: number,
  ) {
    this.#smoothed = new Int32Array(classes);
    this.#wait = new Refractory(decision.refractory);
  }

  reset(): void {
    this.#smoothed.fill(0);
    this.#wait.reset();
  }

  step(logits: ArrayLike<number>): Report {
    const { smoothing, threshold, background = -1 } = this.decision;
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
    return { found: this.#wait.reports(found >= 0) ? found : -1, value: margin };
  }
}
