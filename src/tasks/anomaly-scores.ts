import { type Ranking, rank } from './ranking.js';

/** Scores kept at most: what comes after them counts in the prediction error alone. */
const MAX_SCORES = 2 ** 22;

/** How scores and a threshold find what is labelled as an anomaly; null where a figure is not defined. */
export interface AnomalyFigures {
  readonly count: number;
  readonly anomalous: number;
  readonly falseAlarms: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly auc: number | null;
  readonly averagePrecision: number | null;
}

/** Scores of steps or of recordings, each with 1 for an anomaly and 0 for what is normal. */
export class AnomalyScores {
  readonly #scores: number[] = [];
  readonly #anomalous: number[] = [];

  get count(): number {
    return this.#scores.length;
  }

  add(score: number, anomalous: number): void {
    if (this.#scores.length >= MAX_SCORES) return;
    this.#scores.push(score);
    this.#anomalous.push(anomalous);
  }

  ranking(): Ranking {
    return rank(this.#scores, this.#anomalous);
  }

  /** With what is reported from a threshold on. */
  figures(threshold: number): AnomalyFigures {
    const { positives, negatives, auc, averagePrecision } = this.ranking();
    let [found, wrong] = [0, 0];
    this.#scores.forEach((score, i) => {
      if (score >= threshold) this.#anomalous[i] === 1 ? found++ : wrong++;
    });
    return {
      count: this.count,
      anomalous: positives,
      falseAlarms: negatives === 0 ? 0 : wrong / negatives,
      recall: positives === 0 ? null : found / positives,
      precision: found + wrong === 0 ? null : found / (found + wrong),
      ...{ auc, averagePrecision },
    };
  }
}
