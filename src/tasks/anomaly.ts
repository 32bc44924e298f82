import { rankingPlots } from './class-rankings.js';
import { type Ranking, rank } from './ranking.js';
import {
  type Meter,
  type Metrics,
  percent,
  type TargetSummary,
  type Targets,
  type Task,
  type TaskDef,
} from './task.js';

/** Scores kept at most: what comes after them counts in the prediction error alone. */
const MAX_SCORES = 2 ** 22;

const short = (value: number): string => String(Number(value.toPrecision(4)));

/**
 * Prediction errors of normal steps and, where rows have scores, how those rank what is labelled as an anomaly. A row of
 * outputs holds the predictions of the input `ahead` steps later and, on data that are measured, the score of the step
 * itself (NaN: none yet); its targets hold that input (NaN: none, or an anomaly) and 1 or 0, whether the step is anomalous.
 */
class AnomalyMeter implements Meter {
  readonly #outputs: number;
  readonly #threshold: number;
  readonly #scores: number[] = [];
  readonly #anomalous: number[] = [];
  #total = 0;
  #squares = 0;

  constructor({ labels, thresholds }: Task) {
    this.#outputs = labels.length;
    this.#threshold = thresholds?.[0] ?? Number.POSITIVE_INFINITY;
  }

  get total(): number {
    return this.#total;
  }

  add(outputs: ArrayLike<number>, targets: Targets, row: number): void {
    const n = this.#outputs;
    const scored = outputs.length > n;
    const at = row * (scored ? n + 1 : n);
    for (let j = 0; j < n; j++) {
      const target = targets[at + j]!;
      if (Number.isNaN(target)) continue;
      this.#total++;
      this.#squares += (outputs[j]! - target) ** 2;
    }
    if (!scored || Number.isNaN(outputs[n]!) || this.#scores.length >= MAX_SCORES) return;
    this.#scores.push(outputs[n]!);
    this.#anomalous.push(targets[at + n]!);
  }

  loss(): number {
    return this.#squares / this.#total;
  }

  /** Root mean square error of predictions, in units of the scaled inputs, and shares of the steps of each kind that are reported. */
  metrics(): Metrics {
    const error = Math.sqrt(this.loss());
    if (this.#scores.length === 0) return { error };
    const { falseAlarms, recall, auc } = this.#figures();
    return { error, falseAlarms, ...(recall !== null && { recall }), ...(auc !== null && { auc }) };
  }

  #ranking(): Ranking {
    return rank(this.#scores, this.#anomalous);
  }

  #figures() {
    const { positives, negatives, auc, averagePrecision } = this.#ranking();
    let [found, wrong] = [0, 0];
    this.#scores.forEach((score, i) => {
      if (score >= this.#threshold) this.#anomalous[i] === 1 ? found++ : wrong++;
    });
    return {
      steps: this.#scores.length,
      anomalous: positives,
      threshold: this.#threshold,
      falseAlarms: negatives === 0 ? 0 : wrong / negatives,
      recall: positives === 0 ? null : found / positives,
      precision: found + wrong === 0 ? null : found / (found + wrong),
      ...{ auc, averagePrecision },
    };
  }

  details() {
    return { anomalies: this.#scores.length === 0 ? null : this.#figures() };
  }

  tables() {
    if (this.#scores.length === 0) return [];
    const { steps, anomalous, threshold, falseAlarms, recall, precision, auc, averagePrecision } = this.#figures();
    const cell = (value: number | null): string => (value === null ? '-' : percent(value));
    return [
      {
        columns: [
          ...['threshold', 'recall', 'normal steps reported', 'precision'],
          ...['ROC area', 'average precision', 'anomalous', 'steps'],
        ],
        rows: [
          [
            ...[short(threshold), cell(recall), percent(falseAlarms), cell(precision)],
            ...[auc?.toFixed(3) ?? '-', averagePrecision?.toFixed(3) ?? '-', anomalous, steps],
          ],
        ],
      },
    ];
  }

  plots() {
    const ranking = this.#ranking();
    return ranking.positives > 0 && ranking.negatives > 0 ? rankingPlots(['anomaly'], [ranking]) : [];
  }
}

/** Flags of steps, from the end of each row. */
function summarize({ labels }: Task, targets: readonly Targets[]): TargetSummary {
  const counts = labels.map(() => 0);
  for (const own of targets)
    own.forEach((target, i) => {
      const j = i % (labels.length + 1);
      if (j < labels.length && !Number.isNaN(target)) counts[j]!++;
    });
  return { counts };
}

/** Steps that differ from what the network, trained on what is normal, expects. */
export const anomaly: TaskDef = {
  targets: 'inputs',
  losses: ['mse', 'mae', 'huber'],
  firstLoss: () => 1,
  select: [
    { metric: 'error', better: 'lower' },
    { metric: 'loss', better: 'lower' },
  ],
  meter: (task) => new AnomalyMeter(task),
  figures: () => [
    { metric: 'error', better: 'lower', unit: '' },
    { metric: 'falseAlarms', better: 'lower', unit: 'share' },
  ],
  text: () => ({
    columns: ['prediction error', 'ROC area', 'recall', 'normal steps reported'],
    cells: ({ error, auc, recall, falseAlarms }) => [
      short(error!),
      auc === undefined ? '-' : auc.toFixed(3),
      recall === undefined ? '-' : percent(recall),
      falseAlarms === undefined ? '-' : percent(falseAlarms),
    ],
    headline: ({ error }) => `prediction error ${short(error!)}`,
    curve: { quantity: 'squared prediction error', of: (loss) => loss },
  }),
  answer: {
    of: (outputs, { labels, thresholds }) =>
      outputs[labels.length]! >= (thresholds?.[0] ?? Number.POSITIVE_INFINITY) ? 'anomaly' : 'normal',
    expected(targets, row, { labels }) {
      const flag = targets[row * (labels.length + 1) + labels.length]!;
      return Number.isNaN(flag) ? null : flag === 1 ? 'anomaly' : 'normal';
    },
    score: (outputs, { labels }) => outputs[labels.length]!,
  },
  noun: ({ labels, ahead = 1 }) =>
    `${labels.join(', ')} to be predicted ${ahead === 1 ? 'one step' : `${ahead} steps`} ahead`,
  summarize,
  cell: ({ counts }, label) => String(counts[label]!),
};
