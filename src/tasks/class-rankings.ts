import { type Ranking, rank } from './ranking.js';
import type { Plot, Point } from './task.js';

/** Scores that are kept at most, over all classes. */
const MAX_SCORES = 2 ** 23;
/** Classes of which a plot has a curve: more cannot be told apart. */
const MAX_CURVES = 12;
/** Points of a curve at most. */
const MAX_POINTS = 400;

/** Probabilities of all classes at every target, for curves over all thresholds: each class against the others. */
export class ClassRankings {
  readonly #scores: number[] = [];
  readonly #target: number[] = [];

  constructor(readonly labels: readonly string[]) {}

  /** Takes in a row; more than MAX_SCORES are not kept, and then there are no rankings. */
  add(logits: ArrayLike<number>, target: number): void {
    if (this.#scores.length > MAX_SCORES) return;
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < logits.length; j++) largest = Math.max(largest, logits[j]!);
    let sum = 0;
    for (let j = 0; j < logits.length; j++) sum += Math.exp(logits[j]! - largest);
    for (let j = 0; j < logits.length; j++) this.#scores.push(Math.exp(logits[j]! - largest) / sum);
    this.#target.push(target);
  }

  /** Of each class, by its probability; null where there were too many rows to keep. */
  rankings(): readonly Ranking[] | null {
    if (this.#scores.length > MAX_SCORES) return null;
    const n = this.labels.length;
    return this.labels.map((_, k) =>
      rank(
        this.#target.map((_, row) => this.#scores[row * n + k]!),
        this.#target.map((target) => target === k),
      ),
    );
  }
}

/** Receiver operating characteristic and precision over recall, a curve and its area for each class; of two classes, the second. */
export function rankingPlots(labels: readonly string[], rankings: readonly Ranking[]): Plot[] {
  const shown = labels.flatMap((label, k) =>
    labels.length === 2 && k === 0 ? [] : [{ label, ranking: rankings[k]! }],
  );
  const curves = (area: (r: Ranking) => number | null, x: (r: Ranking) => readonly number[], y: typeof x) =>
    shown
      .filter(({ ranking }) => area(ranking) !== null)
      .slice(0, MAX_CURVES)
      .map(({ label, ranking }) => {
        const [across, up] = [x(ranking), y(ranking)];
        const points = across.map((value, i): Point => [value, up[i]!]);
        return { name: `${label} ${area(ranking)!.toFixed(3)}`, points: thinned(points) };
      });
  return [
    {
      ...{
        kind: 'curves',
        title: 'ROC',
        x: 'false alarms, share of the other classes',
        y: 'found, share of the class',
      },
      curves: curves(
        (r) => r.auc,
        (r) => r.falsePositiveRate,
        (r) => r.truePositiveRate,
      ),
    },
    {
      ...{ kind: 'curves', title: 'Precision over recall', x: 'recall', y: 'precision' },
      curves: curves(
        (r) => r.averagePrecision,
        (r) => r.truePositiveRate,
        (r) => r.precision,
      ),
    },
  ];
}

/** At most MAX_POINTS of the points, evenly spaced by index, both ends among them. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= MAX_POINTS) return points;
  const last = points.length - 1;
  return Array.from({ length: MAX_POINTS }, (_, i) => points[Math.round((i * last) / (MAX_POINTS - 1))]!);
}
