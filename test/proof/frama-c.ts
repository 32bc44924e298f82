import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type PackageFiles, writePackage } from '../../src/build/replay.js';

/** The options of docs/proof.md: every loop unrolled, narrowing and wrapping reported, an alarm fails the command. */
const OPTIONS = [
  ...['-machdep', 'gcc_x86_32', '-c11', '-cpp-extra-args=-Iinclude -Isrc -D__FRAMAC__'],
  ...['-eva', '-eva-no-print', '-eva-no-show-progress', '-eva-auto-loop-unroll', '4096', '-eva-show-slevel', '1000000'],
  ...['-warn-signed-downcast', '-warn-unsigned-overflow', '-warn-unsigned-downcast', '-eva-warn-key', 'alarm=error'],
];

export interface EvaResult {
  readonly exitCode: number | undefined;
  readonly alarms: number | null;
  /** Every assertion and precondition was shown valid. */
  readonly valid: boolean;
  /** The analysis reached the end of the harness: without it "0 alarms" proves nothing. */
  readonly reachedEnd: boolean;
  readonly proven: boolean;
  readonly log: string;
}

/** Runs Frama-C Eva on a generated package and its harness. */
export async function runEva(name: string, files: PackageFiles): Promise<EvaResult> {
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-proof-'));
  try {
    await writePackage(files, directory);
    const sources = [...files.keys()].filter((path) => path.startsWith('src/') && path.endsWith('.c'));
    const args = [...OPTIONS.slice(0, 4), `test/${name}_proof.c`, ...sources, ...OPTIONS.slice(4)];
    const { exitCode, all: log } = await execa('frama-c', args, {
      cwd: directory,
      env: { PWD: directory }, // frama-c believes PWD more than its working directory
      reject: false,
      all: true,
    });
    const alarms = /(\d+) alarms? generated/.exec(log);
    const counts = [...log.matchAll(/(\d+) unknown\s+(\d+) invalid/g)];
    const valid = counts.length > 0 && counts.every(([, unknown, invalid]) => unknown === '0' && invalid === '0');
    const reachedEnd = log.includes('Frama_C_show_each_proof_end');
    const found = alarms === null ? null : Number(alarms[1]);
    return {
      exitCode,
      alarms: found,
      valid,
      reachedEnd,
      proven: exitCode === 0 && found === 0 && valid && reachedEnd,
      log,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
