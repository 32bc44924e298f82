// How many of the recurrent Keras models of a survey import, by what they need; from the survey's columns alone, no file is read.
//   node scripts/run.mjs bench/census.ts census.csv
// Columns: format, path (repository, then file), network (its layers in short), needs (what rnnq lacked at the time of the survey,
// by layer, ' ; ' between; OK: nothing). Prints a Markdown table.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** What a network of the survey can need, by words of its column: imported today, or the error that refuses it. */
const NEEDS: readonly { readonly words: RegExp; readonly what: string; readonly error: string | null }[] = [
  { words: /^OK$/, what: 'nothing more than the survey had', error: null },
  { words: /RepeatVector/, what: 'RepeatVector', error: null },
  { words: /hard sigmoid gates/, what: 'hard sigmoid gates with another candidate', error: null },
  { words: /(lstm|gru) with relu/, what: 'relu in an LSTM or a GRU', error: null },
  { words: /Conv1D|MaxPooling1D/, what: 'convolution and pooling over time', error: null },
  { words: /Flatten/, what: 'a dense layer of all steps', error: null },
  { words: /Embedding/, what: 'an embedding', error: null },
  { words: /dense with (tanh|sigmoid)/, what: 'tanh or sigmoid of a dense layer', error: null },
  { words: /Attention|branches|Concatenate/, what: 'attention, branches', error: 'import_branches, import_custom' },
  { words: /LayerNormalization/, what: 'LayerNormalization', error: 'import_layer' },
  { words: /Lambda/, what: 'code of the author (Lambda)', error: 'import_custom' },
  { words: /recurrent_activation/, what: 'gates of another function', error: 'import_activation' },
];

interface Entry {
  readonly format: string;
  readonly path: string;
  readonly network: string;
  readonly needs: string;
}

export function main([path = 'census.csv']: readonly string[]): void {
  const entries = parse<Entry>(readFileSync(path, 'utf8'), { columns: true });
  const repositoryOf = (entry: Entry): string => entry.path.slice(0, entry.path.indexOf('/'));
  const recurrent = entries.filter(
    ({ format, network }) => ['keras', 'h5'].includes(format) && /lstm|gru|rnn/.test(network),
  );
  const architectures = new Map(recurrent.map((entry) => [`${repositoryOf(entry)} ${entry.network}`, entry]));
  const repositories = new Set([...architectures.values()].map(repositoryOf));
  const counts = new Map(NEEDS.map((need) => [need, 0]));
  let imported = 0;
  for (const entry of architectures.values()) {
    const needs = entry.needs.split(' ; ');
    const found = NEEDS.filter(({ words }) => needs.some((need) => words.test(need)));
    if (found.length === 0) throw new RangeError(`${entry.path} needs what no row of the table has: ${entry.needs}`);
    for (const need of found) counts.set(need, counts.get(need)! + 1);
    if (found.every(({ error }) => error === null)) imported++;
  }
  const share = (count: number): string => `${count} (${((100 * count) / architectures.size).toFixed(0)} %)`;
  const rows = [
    ['needs', 'architectures', 'today'],
    ['---', '---', '---'],
    ...[...counts].map(([{ what, error }, count]) => [
      what,
      share(count),
      error === null ? 'imports' : `refused: ${error}`,
    ]),
    [
      `all ${architectures.size} of ${repositories.size} repositories`,
      share(architectures.size),
      `${share(imported)} import`,
    ],
  ];
  process.stdout.write(rows.map((row) => `| ${row.join(' | ')} |\n`).join(''));
}
