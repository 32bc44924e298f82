import { formatTable } from '../report/table.js';

/** Counts of decisions: [wanted * classes + decided]. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly counts: Int32Array;
}

/** Share, or null where nothing was to be divided by. */
const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Of each class: how many of its decisions were right (precision), how many of its sequences were found (recall). */
export function precisionAndRecall({ labels, counts }: Confusion) {
  const n = labels.length;
  return labels.map((label, k) => {
    let [wanted, decided] = [0, 0];
    for (let i = 0; i < n; i++) {
      wanted += counts[k * n + i]!;
      decided += counts[i * n + k]!;
    }
    const right = counts[k * n + k]!;
    return { label, count: wanted, precision: share(right, decided), recall: share(right, wanted) };
  });
}

/** Largest number of classes whose matrix fits a terminal. */
const WIDEST = 20;

/** The confusion matrix with precision and recall as text; many classes: precision and recall alone. */
export function formatConfusion(confusion: Confusion): string {
  const { labels, counts } = confusion;
  const rows = precisionAndRecall(confusion);
  const percent = (value: number | null) => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);
  const matrix = labels.length <= WIDEST;
  return formatTable(
    ['wanted', ...(matrix ? labels : []), 'precision', 'recall', 'count'],
    rows.map(({ label, precision, recall, count }, k) => [
      label,
      ...(matrix ? labels.map((_, i) => counts[k * labels.length + i]!) : []),
      percent(precision),
      percent(recall),
      count,
    ]),
  );
}
