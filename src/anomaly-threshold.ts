import { compileModel } from './compiler/compile.js';
import type { Split } from './data/dataset.js';
import { MAX_SCORE } from './fixed/anomaly-score.js';
import { fixedScoredOutputs } from './interpreter/anomaly-scores.js';
import type { Model } from './ir/model.js';
import { scoreFormat } from './ir/score-format.js';

/** Steps whose scores a threshold is chosen from, at most. */
const MAX_STEPS = 200_000;

/**
 * The model with a threshold that at most a share of the normal steps of a split reaches, by the integer scores of the chip;
 * where there are fewer normal steps than one in that share, a threshold above all of them. Other models as they are.
 * @param split rows of its targets end with 1 for an anomaly (src/data/targets/inputs.ts)
 */
export function withAnomalyThreshold(
  model: Model,
  { sequences, targets }: Pick<Split, 'sequences' | 'targets'>,
  falseAlarms = 0.001,
): Model {
  if (model.anomaly === undefined) return model;
  const { program } = compileModel(model, { core: 'host' });
  const { size } = model.input;
  const scores: number[] = [];
  let steps = 0;
  sequences.forEach((codes, i) => {
    const own = codes.subarray(0, (MAX_STEPS - steps) * size);
    steps += own.length / size;
    fixedScoredOutputs(model, program, own, size).forEach((row, t) => {
      const found = row[size]!;
      if (!Number.isNaN(found) && targets[i]![t * (size + 1) + size] !== 1) scores.push(found);
    });
  });
  scores.sort((a, b) => b - a);
  const unit = 2 ** -scoreFormat(model).scoreFraction;
  const highest = scores[Math.floor(falseAlarms * scores.length)] ?? scores.at(-1) ?? 0;
  return { ...model, anomaly: { ...model.anomaly, threshold: Math.min(highest + unit, MAX_SCORE * unit) } };
}
