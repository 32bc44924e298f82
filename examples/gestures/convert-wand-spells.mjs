// Turns the recordings of Magic_Wand_Data (github.com/nanguoyu/Magic_Wand_Data, MIT) into a folder of CSV files that
// rnnq reads: one file a gesture, in <output>/<train or test>/<label>/. Its own files hold the gestures of a class one
// after the other, 119 rows each, columns aX,aY,aZ (g) and gX,gY,gZ (degrees/s). Pairs of rows are averaged: 59 steps.
//
//   node convert-wand-spells.mjs <folder with train and test> <output> [--counts]
//
// With --counts all 119 rows as the int16 counts that the sensor of the board gives (LSM9DS1 as Arduino sets it: 4 g and
// 2000 degrees/s at 32768 counts), for a front end that runs on the chip.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROWS = 119;
const STEPS = 59;
const COUNTS = [4, 4, 4, 2000, 2000, 2000].map((range) => 32768 / range);

const [input, output, ...rest] = process.argv.slice(2);
const counts = rest[0] === '--counts';
if (output === undefined || rest.length > (counts ? 1 : 0)) {
  process.stderr.write('usage: node convert-wand-spells.mjs <folder with train and test> <output> [--counts]\n');
  process.exit(2);
}

for (const part of ['train', 'test'])
  for (const name of readdirSync(join(input, part)).filter((file) => file.endsWith('.csv'))) {
    const [header, ...lines] = readFileSync(join(input, part, name), 'utf8')
      .trimEnd()
      .split(/\r?\n/);
    if (lines.length % ROWS !== 0) throw new Error(`${name}: ${lines.length} rows are not gestures of ${ROWS}`);
    const rows = lines.map((line) => line.split(',').map(Number));
    const folder = join(output, part, basename(name, '.csv'));
    mkdirSync(folder, { recursive: true });
    for (let gesture = 0; gesture < rows.length / ROWS; gesture++) {
      const step = (t) => rows[gesture * ROWS + 2 * t].map((v, i) => (v + rows[gesture * ROWS + 2 * t + 1][i]) / 2);
      const mean = (t) => step(t).map((v) => Number(v.toFixed(6)));
      const count = (v, i) => Math.max(-32768, Math.min(32767, Math.round(v * COUNTS[i])));
      const steps = counts
        ? Array.from({ length: ROWS }, (_, t) => rows[gesture * ROWS + t].map(count).join(','))
        : Array.from({ length: STEPS }, (_, t) => mean(t).join(','));
      writeFileSync(join(folder, `${gesture + 1}.csv`), `${[header, ...steps].join('\n')}\n`);
    }
  }
