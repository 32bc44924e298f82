import { MAX_SCORE, MAX_SMOOTHING, scoreThreshold } from '../fixed/anomaly-score.js';
import type { ScoreDecision } from '../ir/decision.js';
import type { Model } from '../ir/model.js';
import { repeatedSteps } from '../ir/reconstruction.js';
import { scoreFormat } from '../ir/score-format.js';
import type { DecisionDef, DecisionTwin, Report } from './decision.js';
import { REFRACTORY } from './margin.js';
import { Refractory } from './refractory.js';

/** N14: fraction bits of the score. */
const scoreFraction = (model: Model): number => scoreFormat(model).scoreFraction;

/** D6: the score of N14 against the threshold of the model. */
export const score: DecisionDef<ScoreDecision> = {
  task: 'anomaly',
  fields: { refractory: REFRACTORY },
  misfit: () => null,
  twin: ({ refractory }, model) =>
    new ScoreTwin(refractory, scoreThreshold(model.anomaly!.threshold, scoreFraction(model))),
  result: () => ({
    found: {
      ...{ name: 'found', ctype: 'int16_t', idle: 0, min: 0, max: 1 },
      comment: '1: an anomaly is reported now',
    },
    value: {
      ...{ name: 'score', ctype: 'int32_t', idle: 0 },
      comment: '0 where no frame is ready, or nothing was predicted of the present one',
    },
  }),
  named: (found) => (found === 0 ? [] : [0]),
  labels: () => ['anomaly'],
  lasting: true,
  fraction: scoreFraction,
  streamFields: () => [{ name: 'wait', ctype: 'uint16_t', length: 0, initial: 0 }],
  constants: () => [],
  functions: [],
  lines: ({ refractory }, _, { field, model, macro }) => [
    `const int32_t wait = ${field('wait')};`,
    'const int32_t idle = (wait - 1) >> 31; /* all bits, or none */',
    `const int32_t score = ${model}_score(&stream->network);`,
    `const int32_t found = idle & ~((score - ${macro}_SCORE_THRESHOLD) >> 31);`,
    '',
    `${field('wait')} = (uint16_t)((((wait - 1) & ~idle) | (${refractory} & found)) & 0xffff);`,
    'result->found = (int16_t)(found & 1);',
    'result->score = score;',
  ],
  example: () => ['if (result.found != 0) {', '    printf("anomaly, score %ld\\n", (long)result.score);', '}'],
  initial: (_, { refractory }) => ({ kind: 'score', refractory }),
  maxSmoothing: MAX_SMOOTHING,
  adjusted: (model, { smoothing = model.anomaly!.smoothing, refractory = model.decision.refractory }) => ({
    // scores of whole windows are not smoothed
    ...{ ...model, anomaly: { ...model.anomaly!, smoothing: model.anomaly!.ahead === 0 ? 0 : smoothing } },
    decision: { ...model.decision, refractory },
  }),
  thresholds(model) {
    const anomaly = model.anomaly!;
    const step = 2 ** -scoreFraction(model);
    return [
      {
        ...{ output: null, value: anomaly.threshold, step, largest: MAX_SCORE * Math.min(step, 1), spacing: 'ratios' },
        at: (threshold) => ({ ...model, anomaly: { ...anomaly, threshold } }),
      },
    ];
  },
  describe: ({ refractory }, { anomaly, layers }) =>
    `score of ${
      anomaly!.ahead === 0
        ? `a window of ${repeatedSteps(layers)} steps that is given back`
        : `the prediction of ${anomaly!.ahead} steps ahead, mean over about ${2 ** anomaly!.smoothing} steps`
    }, at least ` + `${Number(anomaly!.threshold.toPrecision(4))}; ${refractory} steps between reports`,
};

class ScoreTwin implements DecisionTwin {
  readonly #wait: Refractory;

  constructor(
    refractory: number,
    readonly threshold: number,
  ) {
    this.#wait = new Refractory(refractory);
  }

  reset(): void {
    this.#wait.reset();
  }

  step(_: ArrayLike<number>, code: number): Report {
    const value = Math.min(Math.max(code, 0), MAX_SCORE);
    return { found: this.#wait.reports(value >= this.threshold) ? 1 : 0, value };
  }
}
