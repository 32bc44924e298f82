// Turns the recordings of Magic_Wand_Data (github.com/nanguoyu/Magic_Wand_Data, MIT) into a folder of CSV files that
// rnnq reads: one file a gesture, in <output>/<train or test>/<label>/. Its own files hold the gestures of a class one
// after the other, 119 rows each, columns aX,aY,aZ (g) and gX,gY,gZ (degrees/s). Pairs of rows are averaged: 59 steps.
//
//   node convert-wand-spells.mjs <folder with train and test> <output>
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROWS = 119;
const STEPS = 59;

const [input, output] = process.argv.slice(2);
if (output === undefined) {
  process.stderr.write('usage: node convert-wand-spells.mjs <folder with train and test> <output>\n');
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
      const steps = Array.from({ length: STEPS }, (_, t) =>
        step(t)
          .map((v) => Number(v.toFixed(6)))
          .join(','),
      );
      writeFileSync(join(folder, `${gesture + 1}.csv`), `${[header, ...steps].join('\n')}\n`);
    }
  }
