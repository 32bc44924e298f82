import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { formatTable } from '../../src/report/table.js';
import type { CoreName } from '../../src/targets/cores.js';
import { Draw, randomNetwork } from '../fuzz/random-network.js';
import { cornersOf } from './corners.js';
import { mutantOf } from './mutants.js';
import { baseTexts } from './samples.js';
import { tryModel } from './try-model.js';

/** A text that takes longer hangs: none of the models is large. */
const MAX_MS = 20_000;
const CORES: readonly CoreName[] = ['host', 'cortex-m0', 'cortex-m4', 'cortex-m55'];
const coreOf = (seed: number): CoreName => CORES[seed % CORES.length]!;

const OPTIONS = {
  mutants: { type: 'string', default: '2000' },
  corners: { type: 'string', default: '100' },
  networks: { type: 'string', default: '100' },
  'emit-every': { type: 'string', default: '1' },
  seed: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
} as const;

/** What happened to the texts of one kind. */
interface Tally {
  readonly kind: string;
  texts: number;
  compiled: number;
  /** Those of them that were planned and emitted too. */
  emitted: number;
  /** How many were refused with each code, the first of a text. */
  readonly refused: Map<string, number>;
  slowest: number;
  readonly failures: string[];
}

/**
 * npm run fuzz:models -- --mutants 200000 [--corners 2000] [--networks 500] [--seed 0] [--emit-every 1] [--json]: hostile
 * texts, models at the edges of range rules, random networks; each number is how many seeds. Of the mutants every n-th is also
 * planned and emitted, the others end with their programs. A text must be refused by a diagnostic, or compile to a
 * sound program of the right integers; corners and networks must also be within the limits of the float network.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const counts = readArguments(argv);
  if (counts === null) return 2;
  const { mutants, corners, networks, seed, json, 'emit-every': emitEvery } = counts;
  const tallies = [
    run('mutants', mutants, seed, (at) => {
      const draw = new Draw(at);
      const texts = baseTexts();
      // the large ones seldom: they take long and break no rule of their own
      const text = draw.integer(0, 29) === 0 ? draw.pick(...texts.large) : draw.pick(...texts.small);
      return [{ what: `mutant ${at}`, text: mutantOf(draw, text), core: at % emitEvery === 0 ? 'host' : null }];
    }),
    run('corners', corners, seed, (at) =>
      cornersOf(new Draw(at), at).map(({ what, text }) => ({
        ...{ what: `corner ${at}: ${what}`, text },
        core: coreOf(at),
      })),
    ),
    run('networks', networks, seed, (at) => {
      const { model, description } = randomNetwork(at);
      return [{ what: description, text: writeModel(model), core: coreOf(at) }];
    }),
  ];
  const failures = tallies.flatMap((tally) => tally.failures);
  if (json) process.stdout.write(`${JSON.stringify(tallies.map(toJson), null, 2)}\n`);
  else process.stdout.write(`${toText(tallies)}\n${failures.length} failures\n`);
  return failures.length === 0 ? 0 : 1;
}

function readArguments(argv: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS });
    const { json, ...texts } = values;
    const counts = Object.entries(texts).map(([name, text]) => {
      if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name}: "${text}" is not a count`);
      return [name, Number(text)] as const;
    });
    return { ...(Object.fromEntries(counts) as Record<keyof typeof texts, number>), json };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return null;
  }
}

interface Text {
  readonly what: string;
  readonly text: string;
  /** What it is compiled for; null: up to its programs. */
  readonly core: CoreName | null;
}

function run(kind: string, seeds: number, first: number, make: (seed: number) => readonly Text[]): Tally {
  const tally: Tally = { kind, texts: 0, compiled: 0, emitted: 0, refused: new Map(), slowest: 0, failures: [] };
  for (let i = 0; i < seeds; i++) {
    const seed = first + i;
    let last = '';
    try {
      for (const one of make(seed)) {
        last = one.text;
        check(tally, one);
      }
    } catch (error) {
      const failure = `${kind}, seed ${seed}: ${(error as Error).stack}\n  model: ${save(last)}`;
      tally.failures.push(failure);
      process.stderr.write(`FAILED ${failure}\n`);
    }
    if ((i + 1) % Math.ceil(seeds / 20) === 0)
      process.stderr.write(
        `${i + 1} of ${seeds} ${kind}: ${tally.compiled} compiled, ${tally.failures.length} failures\n`,
      );
  }
  return tally;
}

function check(tally: Tally, { what, text, core }: Text): void {
  const start = performance.now();
  const outcome = tryModel(text, core);
  const took = performance.now() - start;
  tally.texts++;
  tally.slowest = Math.max(tally.slowest, took);
  if (took > MAX_MS) throw new Error(`${what} took ${took.toFixed(0)} ms`);
  if (outcome.kind === 'refused') {
    const code = outcome.codes[0]!;
    tally.refused.set(code, (tally.refused.get(code) ?? 0) + 1);
    return;
  }
  tally.compiled++;
  if (core !== null) tally.emitted++;
  // a mutant's real scales need not be those of its integers
  if (tally.kind !== 'mutants' && !outcome.float.passed)
    throw new Error(`${what}: outside the limits of float: ${JSON.stringify(outcome.float.first)}`);
}

function save(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'rnnq-hostile-')), 'model.json');
  writeFileSync(file, text);
  return file;
}

const toJson = ({ refused, ...rest }: Tally) => ({ ...rest, refused: Object.fromEntries(refused) });

function toText(tallies: readonly Tally[]): string {
  const rows = tallies.map(({ kind, texts, compiled, emitted, slowest, failures }) => [
    kind,
    texts,
    compiled,
    emitted,
    texts - compiled,
    Math.round(slowest),
    failures.length,
  ]);
  const refused = tallies.flatMap((tally) => [...tally.refused].map(([code, count]) => [tally.kind, code, count]));
  return `${formatTable(['texts', 'tried', 'compiled', 'emitted', 'refused', 'slowest, ms', 'failures'], rows)}\n\n${formatTable(['texts', 'refused with', 'count'], refused)}`;
}
