// Turns the files of NASA's turbofan engines (C-MAPSS FD001) into the table that docs/experiments.md trains with.
//   node scripts/run.mjs examples/experiments/turbofan.ts <folder with train_FD001.txt, test_FD001.txt, RUL_FD001.txt> > cmapss.csv
// Remaining life, 125 cycles at most, of every row; engines 1 to 80 train, 81 to 100 validate, and of each test engine the last 30 cycles.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The sensors that are not constant in FD001. */
const SENSORS = [2, 3, 4, 7, 8, 9, 11, 12, 13, 14, 15, 17, 20, 21];
/** Columns before the first sensor: engine, cycle, three settings. */
const BEFORE = 5;
const MAX_LIFE = 125;
const WINDOW = 30;

/** Rows of numbers of a file, gzipped or not. */
function rowsOf(folder: string, name: string): number[][] {
  const path = join(folder, name);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString();
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/** Rows of each engine, in the order of cycles. */
function engines(rows: readonly number[][]): number[][][] {
  const all: number[][][] = [];
  for (const row of rows) {
    all[row[0]! - 1] ??= [];
    all[row[0]! - 1]!.push(row);
  }
  return all;
}

export function main([folder]: readonly string[]): void {
  if (folder === undefined) throw new Error('which folder? turbofan.ts <folder>');
  const lines = [`sequence,split,rul [cycles],${SENSORS.map((s) => `s${s}`).join(',')}`];
  const put = (name: string, split: string, rows: readonly number[][], lifeAfter: number) => {
    rows.forEach((row, i) => {
      const life = Math.min(MAX_LIFE, lifeAfter + rows.length - 1 - i);
      lines.push(`${name},${split},${life},${SENSORS.map((s) => row[BEFORE + s - 1]).join(',')}`);
    });
  };
  for (const [i, rows] of engines(rowsOf(folder, 'train_FD001.txt')).entries())
    put(`train-${i + 1}`, i < 80 ? 'train' : 'validation', rows, 0);
  const lives = rowsOf(folder, 'RUL_FD001.txt').map(([life]) => life!);
  for (const [i, rows] of engines(rowsOf(folder, 'test_FD001.txt')).entries())
    put(`test-${i + 1}`, 'test', rows.slice(-WINDOW), lives[i]!);
  process.stdout.write(`${lines.join('\n')}\n`);
}
