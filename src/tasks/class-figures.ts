import type { Ranking } from './ranking.js';
import type { Table } from './task.js';

/** Counts of decisions: [target * classes + decided]. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly counts: Int32Array;
}

/** Figures of one class; null where there was nothing to divide by. */
export interface ClassFigures {
  readonly label: string;
  /** How often it was the target. */
  readonly count: number;
  /** Share of the decisions for it that were correct, and of its targets that were found. */
  readonly precision: number | null;
  readonly recall: number | null;
  /** Harmonic mean of both: 2 correct / (targets + decided). */
  readonly f1: number | null;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

export function figuresOfClasses({ labels, counts }: Confusion): ClassFigures[] {
  const n = labels.length;
  return labels.map((label, k) => {
    let [targets, decided] = [0, 0];
    for (let i = 0; i < n; i++) {
      targets += counts[k * n + i]!;
      decided += counts[i * n + k]!;
    }
    const correct = counts[k * n + k]!;
    return {
      ...{ label, count: targets, precision: share(correct, decided), recall: share(correct, targets) },
      f1: share(2 * correct, targets + decided),
    };
  });
}

/** Means over the classes, each counting alike; a class without a value is left out. NaN where none has one. */
export function macroFigures(classes: readonly ClassFigures[]) {
  const mean = (of: (figures: ClassFigures) => number | null): number => {
    const values = classes.flatMap((figures) => of(figures) ?? []);
    return values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b) / values.length;
  };
  return { precision: mean((c) => c.precision), recall: mean((c) => c.recall), f1: mean((c) => c.f1) };
}

/** Largest number of classes whose matrix fits a terminal. */
const MAX_COLUMNS = 20;

/**
 * The confusion matrix with the figures of each class and their means; many classes: without the matrix.
 * `rankings`: also the areas under the curves of each class.
 */
export function confusionTable(confusion: Confusion, rankings: readonly Ranking[] | null = null): Table {
  const { labels, counts } = confusion;
  const rows = figuresOfClasses(confusion);
  const percent = (value: number | null) =>
    value === null || Number.isNaN(value) ? '-' : `${(100 * value).toFixed(1)} %`;
  const matrix = labels.length <= MAX_COLUMNS;
  const macro = macroFigures(rows);
  const areas = (k: number) =>
    rankings === null ? [] : [rankings[k]!.auc, rankings[k]!.averagePrecision].map((a) => a?.toFixed(3) ?? '-');
  return {
    columns: [
      'target',
      ...(matrix ? labels : []),
      'precision',
      'recall',
      'F1',
      ...(rankings === null ? [] : ['ROC area', 'average precision']),
      'count',
    ],
    rows: [
      ...rows.map(({ label, precision, recall, f1, count }, k) => [
        label,
        ...(matrix ? labels.map((_, i) => counts[k * labels.length + i]!) : []),
        ...[percent(precision), percent(recall), percent(f1)],
        ...areas(k),
        count,
      ]),
      [
        'mean of the classes',
        ...(matrix ? labels.map(() => '') : []),
        ...[percent(macro.precision), percent(macro.recall), percent(macro.f1)],
        ...(rankings === null ? [] : ['', '']),
        rows.reduce((n, c) => n + c.count, 0),
      ],
    ],
  };
}
