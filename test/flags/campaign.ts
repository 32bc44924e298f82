import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoreName } from '../../src/targets/cores.js';
import { packagePath } from '../kernels/run-program.js';
import { buildAndRun } from './build-and-run.js';
import { type Factors, pairwise, type Row } from './pairwise.js';
import { kernelsProgram, type Program, packageProgram } from './programs.js';
import {
  describeSurroundings,
  FEW_OF_KERNELS,
  FEW_OF_PACKAGES,
  isPossible,
  OF_KERNELS,
  OF_PACKAGES,
  surroundingsOf,
} from './surroundings.js';

const SAMPLES = [
  ...['gru_digits', 'gru_16_bits', 'lstm_16_bits', 'rnn_relu_binary', 'gru_many_zeros', 'lstm_one_hot'],
  ...['lstm_s8_multiplier', 'lstm_on_gru', 'gru_joint_multiplier'],
];

/** Rows of both kinds: all kernels of a core, and packages of samples. */
const rowsOf = (ofKernels: Factors, ofPackages: Factors, samples: readonly string[]): Row[] => [
  ...pairwise({ ...ofKernels, program: ['kernels'] }, isPossible),
  ...pairwise({ ...ofPackages, program: samples }, isPossible),
];

export const allRows = (): Row[] => rowsOf(OF_KERNELS, OF_PACKAGES, SAMPLES);
export const fewRows = (): Row[] =>
  rowsOf(FEW_OF_KERNELS, FEW_OF_PACKAGES, ['gru_digits', 'lstm_16_bits', 'lstm_one_hot']);

export interface Result {
  readonly what: string;
  /** What went wrong, or null. */
  readonly fault: string | null;
}

/** Builds and runs rows, two at a time; the sources of a program and core are written once. */
export async function runRows(rows: readonly Row[], tell: (result: Result) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-flags-'));
  const programs = new Map<string, Promise<Program>>();
  const queue = [...rows];
  const work = async (): Promise<void> => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const around = surroundingsOf(row);
      const name = `${row.program}-${around.core}`;
      if (!programs.has(name)) programs.set(name, programOf(row.program!, around.core, join(directory, name)));
      const what = `${row.program}: ${describeSurroundings(around)}`;
      try {
        const program = await programs.get(name)!;
        program.check(await buildAndRun(program, around));
        tell({ what, fault: null });
      } catch (error) {
        tell({ what, fault: (error as Error).message });
      }
    }
  };
  try {
    await Promise.all([work(), work()]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const programOf = (name: string, core: CoreName, directory: string): Promise<Program> =>
  name === 'kernels'
    ? kernelsProgram(core, directory)
    : packageProgram(readFileSync(packagePath(`test/samples/${name}/model.json`), 'utf8'), core, directory);

/** The whole set; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    process.stderr.write(`test:flags takes no arguments, but was given ${args.join(' ')}\n`);
    return 2;
  }
  const rows = allRows();
  let done = 0;
  let failed = 0;
  await runRows(rows, ({ what, fault }) => {
    done++;
    if (fault !== null) {
      failed++;
      process.stdout.write(`FAILED ${what}\n${fault.slice(-1500)}\n`);
    }
    if (done % 20 === 0) process.stdout.write(`${done} of ${rows.length} programs, ${failed} failed\n`);
  });
  process.stdout.write(`${done} programs built and run, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
