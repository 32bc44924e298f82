// A Markdown table of results: mean and standard deviation over seeds and folds.
//   node scripts/run.mjs examples/experiments/table.ts results/digits.jsonl [--bits] [--metric rmse]
// Of classes: accuracy, %. --bits: cross-entropy in bits. --metric: any other figure of the task, as it is.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ResultLine, Scores, Takes } from './results.js';

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const deviation = (list: readonly number[]): number =>
  Math.sqrt(list.reduce((sum, v) => sum + (v - mean(list)) ** 2, 0) / (list.length - 1));
const show = (list: readonly number[], digits: number): string =>
  list.length === 1 ? list[0]!.toFixed(digits) : `${mean(list).toFixed(digits)} +- ${deviation(list).toFixed(digits)}`;

export function main(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { bits: { type: 'boolean', default: false }, metric: { type: 'string' } },
  });
  if (positionals[0] === undefined)
    throw new Error('which results? table.ts <results.jsonl> [--bits] [--metric <name>]');
  const lines = readFileSync(positionals[0], 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultLine);
  const rows = new Map<string, ResultLine[]>();
  for (const line of lines) rows.set(line.row, [...(rows.get(line.row) ?? []), line]);

  const of = ({ loss, accuracy, ...others }: Scores): number =>
    values.metric !== undefined ? others[values.metric]! : values.bits ? loss / Math.LN2 : 100 * accuracy!;
  const score = (list: readonly Scores[]): string => show(list.map(of), values.bits ? 3 : 2);
  const extra = lines.some((line) => line.extra !== undefined);
  const cores = [...new Set(lines.flatMap(({ takes }) => Object.keys(takes ?? {})))];
  const rated = lines.some(({ takes }) => Object.values(takes ?? {}).some((own) => own.mean !== undefined));
  const largest = (own: readonly ResultLine[], core: string, what: keyof Takes): number | string => {
    const known = own.flatMap(({ takes }) => takes?.[core]?.[what] ?? []);
    return known.length === 0 ? '-' : Math.max(...known);
  };

  const header = [
    'row',
    'runs',
    'as trained',
    'quantized float',
    'fixed point',
    'zeros',
    's',
    ...cores.flatMap((core) => [`${core}: flash`, 'RAM', 'cycles', ...(rated ? ['mean of steps'] : [])]),
    ...(extra ? ['other test'] : []),
  ];
  const table: (string | number)[][] = [header, header.map(() => '---')];
  for (const [row, own] of rows)
    table.push([
      row,
      own.length,
      score(own.map((line) => line.test)),
      score(own.map((line) => line.quantized)),
      score(own.map((line) => line.fixed)),
      `${(100 * mean(own.map((line) => line.zeros))).toFixed(0)} %`,
      mean(own.map((line) => line.seconds)).toFixed(0),
      ...cores.flatMap((core) => [
        ...(['flash', 'ram', 'cycles'] as const).map((what) => largest(own, core, what)),
        ...(rated ? [largest(own, core, 'mean')] : []),
      ]),
      ...(extra ? [score(own.map((line) => line.extra!.fixed))] : []),
    ]);
  process.stdout.write(table.map((cells) => `| ${cells.join(' | ')} |\n`).join(''));
}
