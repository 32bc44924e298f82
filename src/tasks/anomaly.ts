import { type AnomalyFigures, AnomalyScores } from './anomaly-scores.js';
import { rankingPlots } from './class-rankings.js';
import {
  type InputTargets,
  type Meter,
  type Metrics,
  noTarget,
  percent,
  type TargetSummary,
  type Targets,
  type Task,
  type TaskDef,
  targetValue,
} from './task.js';

/** Four digits; '-' where there is nothing to measure. */
const short = (value: number): string => (Number.isNaN(value) ? '-' : String(Number(value.toPrecision(4))));

/**
 * Prediction errors of normal steps and, where rows have scores, how those rank what is labelled as an anomaly. A row of
 * outputs holds the predictions of the input `ahead` steps later and, on data that are measured, the score of the step
 * itself (NaN: none yet); its targets hold that input (NaN: none, or an anomaly) and 1 or 0, whether the step is anomalous.
 */
class AnomalyMeter implements Meter {
  readonly #outputs: number;
  readonly #unit: number;
  readonly #threshold: number;
  readonly #steps = new AnomalyScores();
  /** Of the recording whose rows come: its highest score, and its steps of each kind. */
  #highest = Number.NaN;
  #normal = 0;
  #anomalous = 0;
  /** The recordings before it, by their highest scores; null where one has steps of both kinds. */
  #recordings: AnomalyScores | null = new AnomalyScores();
  #total = 0;
  #squares = 0;

  constructor({ labels, thresholds, unit = 1 }: Task) {
    this.#outputs = labels.length;
    this.#unit = unit;
    this.#threshold = thresholds?.[0] ?? Number.POSITIVE_INFINITY;
  }

  get total(): number {
    return this.#total;
  }

  add(outputs: ArrayLike<number>, targets: Targets, row: number): void {
    const n = this.#outputs;
    const scored = outputs.length > n;
    const at = row * (scored ? n + 1 : n);
    const isCode = targets instanceof Int8Array || targets instanceof Int16Array;
    for (let j = 0; j < n; j++) {
      const target = isCode ? targetValue(targets, at + j, this.#unit) : targets[at + j]!;
      if (Number.isNaN(target)) continue;
      this.#total++;
      this.#squares += (outputs[j]! - target) ** 2;
    }
    if (!scored) return;
    if (row === 0) this.#endRecording();
    const flag = targets[at + n]!;
    flag === 1 ? this.#anomalous++ : this.#normal++;
    if (Number.isNaN(outputs[n]!)) return;
    this.#highest = Number.isNaN(this.#highest) ? outputs[n]! : Math.max(this.#highest, outputs[n]!);
    this.#steps.add(outputs[n]!, flag);
  }

  /** Takes the recording in whose rows came. */
  #endRecording(): void {
    if (this.#normal > 0 && this.#anomalous > 0) this.#recordings = null;
    else if (!Number.isNaN(this.#highest)) this.#recordings?.add(this.#highest, Number(this.#anomalous > 0));
    [this.#highest, this.#normal, this.#anomalous] = [Number.NaN, 0, 0];
  }

  /** Where labels are those of recordings, and some are anomalous: recordings by their highest scores. */
  #byRecording(): AnomalyFigures | null {
    this.#endRecording();
    const figures = this.#recordings?.figures(this.#threshold) ?? null;
    return figures === null || figures.anomalous === 0 ? null : figures;
  }

  loss(): number {
    return this.#squares / this.#total;
  }

  /** Root mean square error of predictions, in units of the scaled inputs, and shares of the steps of each kind that are reported. */
  metrics(): Metrics {
    const error = Math.sqrt(this.loss());
    if (this.#steps.count === 0) return { error };
    const { falseAlarms, recall, auc } = this.#steps.figures(this.#threshold);
    return { error, falseAlarms, ...(recall !== null && { recall }), ...(auc !== null && { auc }) };
  }

  details() {
    if (this.#steps.count === 0) return { anomalies: null };
    const { count, ...figures } = this.#steps.figures(this.#threshold);
    const recordings = this.#byRecording();
    return { anomalies: { steps: count, threshold: this.#threshold, ...figures, ...(recordings && { recordings }) } };
  }

  tables() {
    if (this.#steps.count === 0) return [];
    const recordings = this.#byRecording();
    const cell = (value: number | null): string => (value === null ? '-' : percent(value));
    const row = (of: string, figures: AnomalyFigures): (string | number)[] => [
      ...[of, cell(figures.recall), percent(figures.falseAlarms), cell(figures.precision)],
      ...[figures.auc?.toFixed(3) ?? '-', figures.averagePrecision?.toFixed(3) ?? '-'],
      ...[figures.anomalous, figures.count],
    ];
    return [
      {
        columns: [
          ...[`threshold ${short(this.#threshold)}`, 'recall', 'normal ones reported', 'precision'],
          ...['ROC area', 'average precision', 'anomalous', 'all'],
        ],
        rows: [
          row('steps', this.#steps.figures(this.#threshold)),
          ...(recordings === null ? [] : [row('recordings', recordings)]),
        ],
      },
    ];
  }

  plots() {
    const ranking = this.#steps.ranking();
    return ranking.positives > 0 && ranking.negatives > 0 ? rankingPlots(['anomaly'], [ranking]) : [];
  }
}

/** Targets of each value of the inputs. */
function summarize({ labels }: Task, targets: readonly Targets[]): TargetSummary {
  const counts = labels.map(() => 0);
  const width = labels.length + 1;
  for (const own of targets as readonly InputTargets[]) {
    const none = noTarget(own);
    for (let at = 0; at < own.length; at += width)
      for (let j = 0; j < labels.length; j++) if (own[at + j] !== none) counts[j]!++;
  }
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
    ahead === 0
      ? `${labels.join(', ')} to be given back`
      : `${labels.join(', ')} to be predicted ${ahead === 1 ? 'one step' : `${ahead} steps`} ahead`,
  summarize,
  cell: ({ counts }, label) => String(counts[label]!),
};
