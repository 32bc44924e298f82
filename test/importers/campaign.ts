import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DiagnosticError } from '../../src/diagnostics.js';
import { SeededRandom } from '../../src/fixed/random.js';
import { stepWidth } from '../../src/importers/float-network.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { readNetwork } from '../../src/importers/index.js';
import { packagePath } from '../kernels/run-program.js';

const FIXTURES = packagePath('test/importers/fixtures');

/** What became of hostile files: read after all, refused with a diagnostic, or anything else, which is a fault of rnnq. */
export interface Tally {
  read: number;
  refused: number;
  readonly crashed: string[];
}

/** Files of every format as another program might leave them: cut off, with bytes changed, with a piece twice. */
function* damages(
  bytes: Uint8Array,
  random: SeededRandom,
  rounds: number,
): Generator<[what: string, bytes: Uint8Array]> {
  for (let part = 0; part < 16; part++) {
    const length = Math.floor((bytes.length * part) / 16);
    yield [`first ${length} bytes`, bytes.slice(0, length)];
  }
  for (let round = 0; round < rounds; round++) {
    const at = Math.floor(random.next() * bytes.length);
    // a copy: slice of a Buffer is a view
    const changed = Uint8Array.from(bytes);
    const count = 1 + Math.floor(random.next() * 4);
    // sizes and offsets are often 4 bytes: all ones makes them as large as they can be
    for (let k = 0; k < count; k++)
      changed[(at + k) % bytes.length] = random.next() < 0.3 ? 0xff : Math.floor(random.next() * 256);
    yield [`${count} bytes from ${at} changed, round ${round}`, changed];
    if (round % 8 > 0) continue;
    const from = Math.floor(random.next() * bytes.length);
    yield [`bytes from ${from} twice`, Buffer.concat([bytes.subarray(0, at), bytes.subarray(from)])];
  }
}

/** Reads damaged copies of every fixture, and runs what was read. */
export async function attack(rounds: number, seed: number, only = ''): Promise<Tally> {
  const tally: Tally = { read: 0, refused: 0, crashed: [] };
  const random = new SeededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-hostile-'));
  try {
    const all = readdirSync(FIXTURES).filter((name) => !name.endsWith('.expected.json'));
    // weights beside a model of TF.js
    const beside = all.filter((name) => name.endsWith('.bin'));
    for (const name of beside) copyFileSync(join(FIXTURES, name), join(folder, name));
    const names = all.filter((name) => !beside.includes(name) && name.includes(only));
    for (const name of names) {
      const path = join(folder, name);
      for (const [what, bytes] of damages(readFileSync(join(FIXTURES, name)), random, rounds)) {
        writeFileSync(path, bytes);
        try {
          const { network, problems } = await readNetwork(path);
          if (problems.length > 0) tally.refused++;
          else {
            new FloatRun(network).step(new Float64Array(stepWidth(network.input)));
            tally.read++;
          }
        } catch (error) {
          if (error instanceof DiagnosticError) tally.refused++;
          else tally.crashed.push(`${name}, ${what}: ${(error as Error).stack ?? error}`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return tally;
}

/** npm run fuzz:imports -- [--rounds 400] [--seed 1]: fails where a damaged file is neither read nor refused. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { rounds: { type: 'string', default: '400' }, seed: { type: 'string', default: '1' } },
  });
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  if (!(Number.isInteger(rounds) && rounds >= 0 && Number.isInteger(seed)))
    throw new RangeError('--rounds and --seed take whole numbers');
  const start = performance.now();
  const { read, refused, crashed } = await attack(rounds, seed);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  for (const line of crashed.slice(0, 20)) process.stderr.write(`${line}\n`);
  process.stdout.write(
    `${read + refused + crashed.length} damaged files: ${read} read, ${refused} refused, ${crashed.length} crashes; ${seconds} s, ${megabytes} MB\n`,
  );
  return crashed.length > 0 ? 1 : 0;
}
