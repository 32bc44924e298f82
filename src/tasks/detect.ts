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
  type ThresholdGoal,
} from './task.js';

/** Scores kept of each output at most: what comes after them counts in the loss alone. */
const MAX_SCORES = 2 ** 22;

/** Figures of one output at its threshold, and over all thresholds. */
interface FlagFigures {
  readonly label: string;
  /** In units of the logit. */
  readonly threshold: number;
  readonly count: number;
  readonly positives: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly auc: number | null;
  readonly averagePrecision: number | null;
}

/** log(1 + exp(x)) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Binary cross-entropy in nats, rankings, and what the thresholds of the task find. */
class FlagMeter implements Meter {
  readonly #labels: readonly string[];
  readonly #thresholds: readonly number[];
  readonly #scores: readonly number[][];
  readonly #positive: readonly number[][];
  #total = 0;
  #loss = 0;

  constructor({ labels, thresholds }: Task) {
    this.#labels = labels;
    this.#thresholds = labels.map((_, j) => thresholds?.[j] ?? 0);
    this.#scores = labels.map(() => []);
    this.#positive = labels.map(() => []);
  }

  get total(): number {
    return this.#total;
  }

  add(logits: ArrayLike<number>, targets: Targets, row: number): void {
    const n = this.#labels.length;
    for (let j = 0; j < n; j++) {
      const target = targets[row * n + j]!;
      if (Number.isNaN(target)) continue;
      this.#total++;
      this.#loss += softplus(logits[j]!) - target * logits[j]!;
      if (this.#scores[j]!.length >= MAX_SCORES) continue;
      this.#scores[j]!.push(logits[j]!);
      this.#positive[j]!.push(target);
    }
  }

  loss(): number {
    return this.#loss / this.#total;
  }

  #rankings(): Ranking[] {
    return this.#scores.map((scores, j) => rank(scores, this.#positive[j]!));
  }

  #figures(): FlagFigures[] {
    return this.#rankings().map(({ positives, auc, averagePrecision }, j) => {
      const [scores, threshold] = [this.#scores[j]!, this.#thresholds[j]!];
      let [found, reported] = [0, 0];
      scores.forEach((score, i) => {
        if (score < threshold) return;
        reported++;
        found += this.#positive[j]![i]!;
      });
      const [precision, recall] = [reported ? found / reported : null, positives ? found / positives : null];
      const f1 = positives + reported > 0 ? (2 * found) / (positives + reported) : null;
      const label = this.#labels[j]!;
      return { label, threshold, count: scores.length, positives, precision, recall, f1, auc, averagePrecision };
    });
  }

  /** Means over the outputs that have positives and negatives, each. */
  metrics(): Metrics {
    const figures = this.#figures();
    const mean = (values: readonly (number | null)[]): number => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? 0 : known.reduce((a, b) => a + b) / known.length;
    };
    return {
      averagePrecision: mean(figures.map((f) => f.averagePrecision)),
      auc: mean(figures.map((f) => f.auc)),
      f1: mean(figures.map((f) => (f.positives > 0 ? f.f1 : null))),
    };
  }

  details() {
    return { outputs: this.#figures() };
  }

  tables() {
    const cell = (value: number | null): string => (value === null ? '-' : percent(value));
    return [
      {
        columns: [
          ...['output', 'threshold', 'precision', 'recall', 'F1'],
          ...['ROC area', 'average precision', 'positives', 'count'],
        ],
        rows: this.#figures().map(({ label, threshold, precision, recall, f1, auc, averagePrecision, ...counts }) => [
          ...[label, threshold.toFixed(3), cell(precision), cell(recall), cell(f1)],
          ...[auc?.toFixed(3) ?? '-', averagePrecision?.toFixed(3) ?? '-', counts.positives, counts.count],
        ]),
      },
    ];
  }

  plots() {
    return rankingPlots(this.#labels, this.#rankings());
  }

  thresholds(goal: ThresholdGoal): number[] {
    return this.#scores.map((scores, j) => chooseThreshold(scores, this.#positive[j]!, goal));
  }
}

/**
 * A threshold between two neighbouring scores: the one with the best F1; or, of those that hold the precision, the one
 * with the most recall; or, of those that hold the recall, the one with the best precision. Where none holds the
 * precision, the one above which the precision is best. 0 where nothing is positive.
 */
export function chooseThreshold(
  scores: ArrayLike<number>,
  positive: ArrayLike<number>,
  { precision: least, recall: held }: ThresholdGoal,
): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const positives = order.reduce((sum, i) => sum + positive[i]!, 0);
  if (positives === 0) return 0;
  let [found, best, threshold] = [0, Number.NEGATIVE_INFINITY, 0];
  order.forEach((i, at) => {
    found += positive[i]!;
    const next = order[at + 1];
    if (next !== undefined && scores[next] === scores[i]) return;
    const [precision, recall] = [found / (at + 1), found / positives];
    let value = (2 * found) / (positives + at + 1);
    if (least !== undefined) value = precision >= least ? 1 + recall : precision;
    else if (held !== undefined) value = recall >= held ? 1 + precision : recall;
    if (value <= best) return;
    best = value;
    threshold = next === undefined ? scores[i]! : (scores[i]! + scores[next]!) / 2;
  });
  return threshold;
}

function summarize({ labels }: Task, targets: readonly Targets[]): TargetSummary {
  const counts = labels.map(() => 0);
  const known = labels.map(() => 0);
  for (const own of targets)
    own.forEach((target, i) => {
      const j = i % labels.length;
      if (Number.isNaN(target)) return;
      known[j]!++;
      counts[j]! += target;
    });
  return { counts, known };
}

const inWords = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join('; '));

/** Yes or no for each of several outputs, at the end of a sequence or after each of its steps. */
export const detect: TaskDef = {
  targets: 'flags',
  losses: ['binary-cross-entropy'],
  firstLoss: () => Math.LN2,
  select: [
    { metric: 'averagePrecision', better: 'higher' },
    { metric: 'loss', better: 'lower' },
  ],
  alsoSelect: [
    { metric: 'auc', better: 'higher' },
    { metric: 'f1', better: 'higher' },
  ],
  meter: (task) => new FlagMeter(task),
  figures: () => [
    { metric: 'averagePrecision', better: 'higher', unit: 'share' },
    { metric: 'auc', better: 'higher', unit: 'share' },
    { metric: 'f1', better: 'higher', unit: 'share' },
  ],
  text: () => ({
    columns: ['average precision', 'ROC area', 'F1', 'loss, nats'],
    cells: ({ averagePrecision, auc, f1, loss }) => [...[averagePrecision!, auc!, f1!].map(percent), loss.toFixed(4)],
    headline: ({ averagePrecision }) => `average precision ${percent(averagePrecision!)}`,
    curve: { quantity: 'loss, nats', of: (loss) => loss },
  }),
  answer: {
    of: (logits, { labels, thresholds }) => inWords(labels.filter((_, j) => logits[j]! >= (thresholds?.[j] ?? 0))),
    expected(flags, row, { labels }) {
      const own = labels.map((_, j) => flags[row * labels.length + j]!);
      return own.every(Number.isNaN) ? null : inWords(labels.filter((_, j) => own[j] === 1));
    },
  },
  noun: ({ labels, everyStep }) => `${labels.join(', ')} to be detected${everyStep ? ' at each step' : ''}`,
  summarize,
  cell: ({ counts, known }, label) => `${counts[label]!} of ${known![label]!}`,
  /** A positive weighs as much as all negatives do beside it. */
  balance: ({ counts, known }) => counts.map((n, j) => Math.max(1, known![j]! - n) / Math.max(1, n)),
};
