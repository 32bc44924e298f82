import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { requireTool } from '../boards/tools.js';
import { type PackageFiles, writePackage } from './replay.js';

/** The options of docs/proof.md: every loop unrolled, narrowing and wrapping reported, an alarm fails the command. */
const PARSING = ['-machdep', 'gcc_x86_32', '-c11', '-cpp-extra-args=-Iinclude -Isrc -D__FRAMAC__'];
const ANALYSIS = [
  ...['-eva', '-eva-no-print', '-eva-no-show-progress', '-eva-auto-loop-unroll', '4096', '-eva-show-slevel', '1000000'],
  ...['-warn-signed-downcast', '-warn-unsigned-overflow', '-warn-unsigned-downcast', '-eva-warn-key', 'alarm=error'],
];

/** What one analysis of Frama-C Eva found in a generated package. */
export interface EvaResult {
  /** First line that Frama-C prints about itself. */
  readonly version: string;
  readonly seconds: number;
  readonly exitCode: number | undefined;
  /** Null where the analysis did not come to its summary. */
  readonly alarms: number | null;
  /** Assertions of the harness and preconditions, by what became of them. */
  readonly properties: { readonly valid: number; readonly unknown: number; readonly invalid: number };
  /** The analysis reached the end of the harness: without it "0 alarms" proves nothing. */
  readonly reachedEnd: boolean;
  /** All of docs/proof.md: exit code 0, no alarm, every property valid, the end reached. */
  readonly proven: boolean;
  /** Places and reasons of alarms, as Frama-C prints them. */
  readonly messages: readonly string[];
  readonly log: string;
}

/** Runs Frama-C Eva on a generated package and its harness; DiagnosticError where Frama-C is not installed. */
export async function runEva(name: string, files: PackageFiles): Promise<EvaResult> {
  const tool = await requireTool('frama-c');
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-proof-'));
  try {
    await writePackage(files, directory);
    const sources = [...files.keys()].filter((path) => path.startsWith('src/') && path.endsWith('.c'));
    const started = performance.now();
    const { exitCode, all: log } = await execa(
      tool.path,
      [...PARSING, `test/${name}_proof.c`, ...sources, ...ANALYSIS],
      {
        cwd: directory,
        env: { PWD: directory }, // frama-c believes PWD more than its working directory
        stdin: 'ignore',
        reject: false,
        all: true,
      },
    );
    return {
      version: tool.version,
      seconds: (performance.now() - started) / 1000,
      exitCode,
      ...readLog(log, exitCode),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a log of Eva says; `exitCode`: of the command. */
export function readLog(log: string, exitCode: number | undefined) {
  const found = /(\d+) alarms? generated/.exec(log);
  const alarms = found === null ? null : Number(found[1]);
  const properties = { valid: 0, unknown: 0, invalid: 0 };
  for (const [, valid, unknown, invalid] of log.matchAll(/(\d+) valid\s+(\d+) unknown\s+(\d+) invalid/g)) {
    properties.valid += Number(valid);
    properties.unknown += Number(unknown);
    properties.invalid += Number(invalid);
  }
  const { valid, unknown, invalid } = properties;
  const reachedEnd = log.includes('Frama_C_show_each_proof_end');
  const proven = exitCode === 0 && alarms === 0 && valid > 0 && unknown === 0 && invalid === 0 && reachedEnd;
  // a message that is too long for a line goes on, indented, on the next
  const messages = [...log.matchAll(/^\[(?:eva:alarm|eva:locals-escaping|kernel)\] (.*(?:\n {2}.*)*)/gm)].map(
    ([, text]) => text!.replace(/\s*\n\s*/g, ' '),
  );
  return { alarms, properties, reachedEnd, proven, messages: proven ? [] : messages, log };
}
