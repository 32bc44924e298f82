// Rows of classifiers beside one of them, test item by test item.
//   node scripts/run.mjs examples/experiments/paired.ts results/ecg200.jsonl [results/baselines-ecg200.jsonl ...] --against default
// The share of right items of each row, its difference from the row named, and the 95 % interval of that difference: of each item
// the difference of its mean over the seeds, of which 1.96 standard errors over the items. The spread over seeds is in it
// only as far as it moves those means.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ResultLine } from './results.js';

/** What a comparison needs of a training, or of a baseline's (baselines.py --results). */
type Line = Pick<ResultLine, 'row' | 'seed' | 'fold' | 'count' | 'wrong'>;

/** Of each test item, the share of seeds that decide it rightly: fold by fold, in the order of the data. */
function rightOf(lines: readonly Line[]): number[] {
  const folds = [...new Set(lines.map(({ fold }) => fold))].sort((a, b) => (a ?? 0) - (b ?? 0));
  return folds.flatMap((fold) => {
    const own = lines.filter((line) => line.fold === fold);
    return Array.from({ length: own[0]!.count }, (_, item) => {
      return own.filter(({ wrong }) => !wrong!.includes(item)).length / own.length;
    });
  });
}

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

export function main(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { against: { type: 'string' } },
  });
  const lines = positionals
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Line)
    .filter(({ wrong }) => wrong !== undefined);
  const rows = [...new Set(lines.map(({ row }) => row))];
  const { against } = values;
  if (against === undefined || !rows.includes(against))
    throw new Error(`paired.ts <results.jsonl> --against <row>, one of: ${rows.join('; ')}`);
  const rightOfRow = (row: string): number[] => rightOf(lines.filter((line) => line.row === row));
  const reference = rightOfRow(against);
  process.stdout.write(`| row | seeds | items | right | against ${against} |\n| --- | --- | --- | --- | --- |\n`);
  for (const row of rows) {
    const right = rightOfRow(row);
    if (right.length !== reference.length)
      throw new Error(`${row} has ${right.length} test items, ${against} ${reference.length}`);
    const seeds = new Set(lines.filter((line) => line.row === row).map(({ seed }) => seed)).size;
    const differences = right.map((value, item) => 100 * (value - reference[item]!));
    const center = mean(differences);
    const deviation = Math.sqrt(differences.reduce((sum, d) => sum + (d - center) ** 2, 0) / (differences.length - 1));
    const half = (1.96 * deviation) / Math.sqrt(differences.length);
    const beside =
      row === against ? '' : `${center.toFixed(1)} (${(center - half).toFixed(1)} to ${(center + half).toFixed(1)})`;
    process.stdout.write(`| ${row} | ${seeds} | ${right.length} | ${(100 * mean(right)).toFixed(1)} % | ${beside} |\n`);
  }
}
