import { readFile } from 'node:fs/promises';
import type { Board } from '../../boards/board.js';
import { instructionsOf, type Load, runOnEmulator } from '../../boards/runners/emulator.js';
import { runOnPico } from '../../boards/runners/pico.js';
import { firstDifference, StepLog } from '../../boards/step-log.js';
import { bootRomCrc32 } from '../../build/boot-checksum.js';
import { readElf } from '../../build/elf.js';
import type { Firmware } from '../../build/firmware.js';
import { readUf2 } from '../../build/images.js';
import { type BuildOptions, buildForBoard } from './build.js';

interface RunOptions extends BuildOptions {
  readonly runner?: string;
  readonly timeout: string;
  readonly json?: boolean;
}

/** rnnq run: build, load, run, compare every step with the golden; exit code 1 where a step differs. */
export async function run(path: string, options: RunOptions): Promise<void> {
  const { board, compilation, firmware } = await buildForBoard(path, options);
  const log = new StepLog();
  const timeoutMs = 1000 * Number(options.timeout);
  await play(board, firmware, log, timeoutMs);
  const difference = firstDifference(log, compilation.golden.hashes);
  const emulated = board.runner === 'qemu' || (board.runner === 'device' && board.emulator !== undefined);
  const costs = log.steps.map(({ cycles }) => (emulated ? instructionsOf(board, cycles) : cycles));
  process.stdout.write(
    `${JSON.stringify({ board: board.id, steps: log.steps.length, difference, counter: log.head?.counter, unit: emulated ? 'instructions' : 'cycles', min: Math.min(...costs), max: Math.max(...costs), garbage: log.garbage })}\n`,
  );
  if (difference !== null) process.exitCode = 1;
}

async function play(board: Board, firmware: Firmware, log: StepLog, timeoutMs: number): Promise<void> {
  if (board.id === 'raspberry_pi_pico') {
    const loads = readUf2(new Uint8Array(await readFile(firmware.images.uf2!)));
    return runOnPico(loads, bootRomCrc32, log, timeoutMs);
  }
  const loads: readonly Load[] = readElf(new Uint8Array(await readFile(firmware.elf))).segments.filter(
    (segment) => segment.bytes.length > 0,
  );
  return runOnEmulator(board, loads, log, timeoutMs);
}
