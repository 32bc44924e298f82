import { thresholdCode } from '../fixed/output-scale.js';
import type { FlagsDecision } from '../ir/decision.js';
import { type Model, outputSize } from '../ir/model.js';
import { list } from '../validate.js';
import type { DecisionDef, DecisionTwin, Report } from './decision.js';
import { logitFraction, MARGIN_CODES, MAX_MARGIN_SMOOTHING, REFRACTORY, SMOOTHING, THRESHOLD } from './margin.js';
import { Refractory } from './refractory.js';

/** Outputs that a set of 32 bits names. */
const MAX_OUTPUTS = 32;

/** N12: the code from which on each output is above its threshold. */
export const levelsOf = (model: Model): number[] =>
  Array.from({ length: outputSize(model) }, (_, j) => thresholdCode(model.thresholds?.[j] ?? 0, logitFraction(model)));

/** D5: each output for itself. */
export const flags: DecisionDef<FlagsDecision> = {
  task: 'detect',
  fields: {
    smoothing: SMOOTHING,
    thresholds: list(THRESHOLD, 1, MAX_OUTPUTS),
    refractory: list(REFRACTORY, 1, MAX_OUTPUTS),
  },
  misfit: ({ thresholds, refractory }, model) => {
    const outputs = outputSize(model);
    if (outputs > MAX_OUTPUTS)
      return { field: 'kind', expected: `for ${outputs} outputs: a report has ${MAX_OUTPUTS} bits` };
    const wrong = Object.entries({ thresholds, refractory }).find(([, { length }]) => length !== outputs);
    return wrong === undefined ? null : { field: wrong[0], expected: `a list of ${outputs}, a value for each output` };
  },
  twin: (decision, model) => new FlagsTwin(decision, levelsOf(model)),
  result: (model) => ({
    found: {
      ...{ name: 'found', ctype: 'uint32_t', idle: 0, min: 0, max: 2 ** outputSize(model) - 1 },
      comment: 'bit j: output j is reported now',
    },
    value: {
      ...{ name: 'margin', ctype: 'int32_t', idle: 0 },
      comment: 'the largest one of a logit over its threshold, in codes; 0 where none is above, or no frame is ready',
    },
  }),
  named(found) {
    const outputs: number[] = [];
    for (let [bits, j] = [found >>> 0, 0]; bits !== 0; bits >>>= 1, j++) if (bits & 1) outputs.push(j);
    return outputs;
  },
  labels: ({ labels }) => labels,
  lasting: false,
  fraction: logitFraction,
  streamFields: (model) => [
    { name: 'smoothed', ctype: 'int32_t', length: outputSize(model), initial: 0 },
    { name: 'wait', ctype: 'uint16_t', length: outputSize(model), initial: 0 },
  ],
  constants: ({ thresholds, refractory }, model) => [
    { name: 'levels', ctype: 'int16_t', values: Int16Array.from(levelsOf(model)) },
    { name: 'thresholds', ctype: 'uint16_t', values: Uint16Array.from(thresholds) },
    { name: 'refractory', ctype: 'uint16_t', values: Uint16Array.from(refractory) },
  ],
  functions: ['rnnq_flags_s16_c'],
  lines: ({ smoothing, thresholds }, _, { field, constant }) => [
    `result->found = rnnq_flags_s16_c(${field('smoothed')}, ${field('wait')}, &result->margin, scratch->logits, ${constant('levels')},`,
    `    ${constant('thresholds')}, ${constant('refractory')}, ${thresholds.length}, ${smoothing});`,
  ],
  example: ({ model, macro }) => [
    `for (int j = 0; j < ${macro}_OUTPUT_SIZE; j++) {`,
    '    if ((result.found >> j & 1u) != 0) {',
    `        printf("%s\\n", ${model}_labels[j]);`,
    '    }',
    '}',
  ],
  initial: (model, { smoothing, refractory }) => {
    const each = (value: number): number[] => new Array<number>(outputSize(model)).fill(value);
    return { kind: 'flags', smoothing, thresholds: each(1), refractory: each(refractory) };
  },
  maxSmoothing: MAX_MARGIN_SMOOTHING,
  adjusted: (model, { smoothing = model.decision.smoothing, refractory }) => ({
    ...model,
    decision: {
      ...{ ...model.decision, smoothing },
      ...(refractory !== undefined && { refractory: model.decision.refractory.map(() => refractory) }),
    },
  }),
  thresholds: (model) =>
    model.decision.thresholds.map((value, output) => ({
      ...{ ...MARGIN_CODES, output, value },
      at: (threshold) => ({
        ...model,
        decision: { ...model.decision, thresholds: model.decision.thresholds.with(output, threshold) },
      }),
    })),
  describe: ({ smoothing, thresholds, refractory }, { labels }) =>
    `margin of each logit over its threshold, smoothed by 1/${2 ** smoothing}: ` +
    labels
      .map((label, j) => `${label} at least ${thresholds[j]}, ${refractory[j]} steps between its reports`)
      .join('; '),
};

class FlagsTwin implements DecisionTwin {
  readonly #smoothed: Int32Array;
  readonly #waits: readonly Refractory[];

  constructor(
    readonly decision: FlagsDecision,
    readonly levels: readonly number[],
  ) {
    this.#smoothed = new Int32Array(levels.length);
    this.#waits = decision.refractory.map((steps) => new Refractory(steps));
  }

  reset(): void {
    this.#smoothed.fill(0);
    for (const wait of this.#waits) wait.reset();
  }

  step(logits: ArrayLike<number>): Report {
    const { smoothing, thresholds } = this.decision;
    let [found, largest] = [0, 0];
    for (let j = 0; j < this.levels.length; j++) {
      const margin = Math.max(logits[j]! - this.levels[j]!, 0);
      const before = this.#smoothed[j]!;
      const s = before + ((256 * margin - before) >> smoothing);
      this.#smoothed[j] = s;
      if (this.#waits[j]!.reports(s >= 256 * thresholds[j]!)) found |= 1 << j;
      largest = Math.max(largest, margin);
    }
    return { found: found >>> 0, value: largest };
  }
}
