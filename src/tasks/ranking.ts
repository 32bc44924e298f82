/** How scores rank what is to be found (positive) above the rest, over all thresholds from the highest score down. */
export interface Ranking {
  readonly positives: number;
  readonly negatives: number;
  /** At each threshold: share of the positives found (recall), of the negatives taken for positive, and precision. */
  readonly truePositiveRate: readonly number[];
  readonly falsePositiveRate: readonly number[];
  readonly precision: readonly number[];
  /** Area under the receiver operating characteristic: the probability that a positive is above a negative; ties half. */
  readonly auc: number | null;
  /** Sum of precision times the recall gained at each threshold. */
  readonly averagePrecision: number | null;
}

/**
 * The ranking by `scores`, one for each of `positive`. Equal scores are one threshold. Curves begin at the threshold
 * above all scores, whose precision is 1. An area that is not defined, for want of positives or negatives, is null.
 */
export function rank(scores: ArrayLike<number>, positive: ArrayLike<boolean | number>): Ranking {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const positives = order.reduce((n, i) => n + (positive[i] ? 1 : 0), 0);
  const negatives = order.length - positives;
  const [truePositiveRate, falsePositiveRate, precision] = [[0], [0], [1]];
  let [found, wrong, area, average] = [0, 0, 0, 0];
  for (let at = 0; at < order.length; ) {
    const threshold = scores[order[at]!]!;
    const [foundBefore, wrongBefore] = [found, wrong];
    for (; at < order.length && scores[order[at]!] === threshold; at++) positive[order[at]!] ? found++ : wrong++;
    area += ((wrong - wrongBefore) * (found + foundBefore)) / 2;
    average += ((found - foundBefore) * found) / (found + wrong);
    truePositiveRate.push(positives === 0 ? 0 : found / positives);
    falsePositiveRate.push(negatives === 0 ? 0 : wrong / negatives);
    precision.push(found / (found + wrong));
  }
  const both = positives > 0 && negatives > 0;
  return {
    ...{ positives, negatives, truePositiveRate, falsePositiveRate, precision },
    auc: both ? area / (positives * negatives) : null,
    averagePrecision: positives > 0 ? average / positives : null,
  };
}
