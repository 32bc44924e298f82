import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { DiagnosticError } from '../../../src/diagnostics.js';
import { fnv1a } from '../../../src/fixed/hash.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import { checkTrainOptions } from '../../../src/train/options.js';
import { RunFolder } from '../../../src/train/run-folder.js';
import { savedNetwork, savedRun } from '../../../src/train/saved-network.js';
import { train } from '../../../src/train/train.js';
import { trainedModel } from '../../../src/train/trained-model.js';
import { symbols } from './symbols.js';

// A run folder may hold anything: what is not the run that was asked for is refused with a diagnostic.

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const OPTIONS = { units: [3], steps: 3, batch: 8, evaluateEvery: 1 };
/** RNNQ_ROUNDS=20000: the campaign. */
const ROUNDS = Number(process.env.RNNQ_ROUNDS ?? 120);

let data: Dataset;
let good: string;
let folder: string;
beforeAll(async () => {
  data = symbols();
  good = mkdtempSync(join(tmpdir(), 'rnnq-good-'));
  folder = mkdtempSync(join(tmpdir(), 'rnnq-bad-'));
  await train(data, OPTIONS, { run: new RunFolder(good) });
});
afterAll(() => {
  for (const path of [good, folder]) rmSync(path, { recursive: true });
});

const read = (name: string): string => readFileSync(join(good, name), 'utf8');

/** Everything that a training does with a run folder; gives the codes of its refusal, or none. */
async function codesOf(name: string, text: string | Buffer): Promise<string[]> {
  cpSync(good, folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  const run = new RunFolder(folder);
  const options = checkTrainOptions(OPTIONS);
  const attempts = [
    async () => {
      run.check(options, { resume: true, restart: false });
      trainedModel((await train(data, OPTIONS, { run, resume: true })).network);
    },
    async () => run.check(options, { resume: false, restart: false }),
    async () => void savedNetwork(savedRun(run, options), data),
  ];
  const codes: string[] = [];
  for (const attempt of attempts)
    await attempt().catch((error: unknown) => {
      if (!(error instanceof DiagnosticError))
        throw new Error(`${name}: ${String(text).slice(0, 300)}`, { cause: error });
      codes.push(...error.diagnostics.map(({ code }) => code));
    });
  return codes;
}

test.each([
  '{}',
  'null',
  '5',
  '[]',
  '"x"',
  '',
  '{',
  '\u0000',
  '{"options":null}',
  '{"options":{"units":"x"}}',
  '{"options":{}}',
])('config.json %j is refused', async (text) => {
  expect(await codesOf('config.json', text)).toContain('checkpoint_broken');
});

test.each(['{}', 'null', '5', '[]', '', '\n\n', '{}\n{}', '\u0000'])('checkpoint.json %j is refused', async (text) => {
  expect(await codesOf('checkpoint.json', text)).toContain('checkpoint_broken');
});

test('the run as it was written is taken up, also under another name', async () => {
  // metrics that somebody changed are not replaced unasked, neither by a resumed run nor by a new one
  expect(await codesOf('metrics.jsonl', 'anything')).toEqual(['files_in_the_way', 'files_in_the_way']);
  expect(await codesOf('metrics.jsonl', read('metrics.jsonl'))).toEqual([]);
  const config = JSON.parse(read('config.json'));
  config.options.name = 'a/b';
  expect(await codesOf('config.json', JSON.stringify(config))).toEqual(['files_in_the_way']);
});

test('a checkpoint under a configuration that was changed is refused', async () => {
  const config = JSON.parse(read('config.json'));
  config.options.clip = 3;
  const codes = await codesOf('config.json', JSON.stringify(config));
  expect(new Set(codes)).toEqual(new Set(['run_changed', 'checkpoint_broken']));
});

const VALUES: readonly Json[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e300,
  2 ** 53,
  '',
  'x',
  'AAAA',
  'AADAfw==',
  [],
  {},
  [null],
  [[]],
];

/** Every place of a tree: its parent and key. */
const places = (node: Json): [{ [key: string]: Json }, string][] =>
  typeof node !== 'object' || node === null
    ? []
    : Object.keys(node).flatMap((key) => [
        [node as { [key: string]: Json }, key] as [{ [key: string]: Json }, string],
        ...places((node as { [key: string]: Json })[key]!),
      ]);

function changed(text: string, random: SeededRandom): string {
  const tree = JSON.parse(text) as Json;
  const all = places(tree);
  const [parent, key] = all[random.integer(all.length)]!;
  if (random.integer(5) === 0) delete parent[key];
  else parent[key] = VALUES[random.integer(VALUES.length)]!;
  return JSON.stringify(tree);
}

function damaged(text: string, random: SeededRandom): Buffer {
  const bytes = Buffer.from(text);
  const at = random.integer(bytes.length);
  if (random.integer(3) === 0) return bytes.subarray(0, at);
  bytes[at] = random.integer(256);
  return bytes;
}

test('no damage of a run folder is a crash', async () => {
  const random = new SeededRandom(5);
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let codes: string[];
    const [header, body] = read('checkpoint.json').split('\n') as [string, string];
    switch (random.integer(4)) {
      case 0:
        codes = await codesOf('config.json', changed(read('config.json'), random));
        break;
      case 1:
        codes = await codesOf('config.json', damaged(read('config.json'), random));
        break;
      case 2:
        codes = await codesOf('checkpoint.json', damaged(read('checkpoint.json'), random));
        break;
      default: {
        // as if it had been written so: with the hash of its contents
        const other = changed(body, random);
        const hash = fnv1a(Buffer.from(other)).toString(16).padStart(8, '0');
        codes = await codesOf('checkpoint.json', `${JSON.stringify({ ...JSON.parse(header), hash })}\n${other}\n`);
      }
    }
    if (codes.length > 0) refused++;
  }
  expect(refused).toBeGreaterThan(ROUNDS / 2);
});
