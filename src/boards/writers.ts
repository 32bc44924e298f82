import { basename, dirname, join } from 'node:path';
import { bug } from '../diagnostics.js';
import type { DeviceBoard, Writer } from './board.js';

export type WriterName = Writer['tool'];

/** What a writer needs beside board.json. */
export interface WriteJob {
  readonly board: DeviceBoard;
  /** Absolute paths of the program. */
  readonly elf: string;
  readonly images: Readonly<Partial<Record<'bin' | 'hex' | 'uf2', string>>>;
  /** Serial number of the probe or boot loader, where there are several. */
  readonly serial?: string;
  /** Serial port, for boot loaders that are one. */
  readonly port?: string;
  /** Mounted volume, for boot loaders that are one. */
  readonly volume?: string;
}

/** One thing to do: start a program, or copy a file. */
export type WriteStep =
  | {
      readonly kind: 'run';
      readonly file: string;
      readonly args: readonly string[];
      /** Where it runs: the folder of the firmware. */
      readonly directory: string;
    }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string };

/** Tools that read the flash back after writing; after the others only the board's self-test shows a fault. */
export const VERIFIES: Readonly<Record<WriterName, boolean>> = {
  openocd: true,
  pyocd: false,
  'pyocd-flashtool': false,
  'probe-rs': true,
  'st-flash': true,
  picotool: true,
  bossac: true,
  teensy_loader_cli: false,
  'dfu-util': false,
  volume: false,
};

/**
 * The exact command lines that write a program with a tool; docs/boards.md lists them. Tools run in the folder of the
 * firmware and are given file names without a path, which are C names: openocd evaluates a path as Tcl, once more than
 * braces protect it from, and pyocd takes what follows an @ for an address.
 */
export function writeSteps(writer: Writer, job: WriteJob): WriteStep[] {
  const path = (format: 'bin' | 'hex' | 'uf2') => job.images[format] ?? bug(`${job.board.id} has no ${format} image`);
  const image = (format: 'bin' | 'hex' | 'uf2') => basename(path(format));
  const { serial } = job;
  const ifSerial = (...args: readonly string[]) => (serial === undefined ? [] : args);
  const run = (...args: readonly string[]): WriteStep => ({
    ...{ kind: 'run', file: writer.tool, args, directory: dirname(job.elf) },
  });
  switch (writer.tool) {
    case 'openocd':
      return [
        run(
          ...writer.files.flatMap((file) => ['-f', file]),
          ...ifSerial('-c', `adapter serial ${tclWord(serial ?? '')}`),
          ...['-c', `program ${basename(job.elf)} verify reset exit`],
        ),
      ];
    case 'pyocd':
      return [run('flash', ...ifSerial('--uid', serial!), '--target', writer.target, image('hex'))];
    case 'pyocd-flashtool':
      return [run(...ifSerial('-b', serial!), '-t', writer.target, image('hex'))];
    case 'probe-rs': {
      const target = ['--chip', writer.chip, ...ifSerial('--probe', serial!)];
      return [run('download', ...target, '--verify', basename(job.elf)), run('reset', ...target)];
    }
    case 'st-flash':
      return [run(...ifSerial('--serial', serial!), '--reset', '--format', 'ihex', 'write', image('hex'))];
    case 'picotool':
      return [run('load', '-v', '-x', image('uf2'), ...ifSerial('--ser', serial!))];
    case 'bossac':
      return [run(`--port=${portName(job.port)}`, '-U', '-i', '-e', '-w', '-v', image('bin'), '-R')];
    case 'teensy_loader_cli':
      return [run(`--mcu=${writer.mcu}`, '-v', image('hex'))];
    case 'dfu-util': {
      const origin = `0x${job.board.memory.flash.origin.toString(16).padStart(8, '0')}`;
      const where = ['-d', '0483:df11', ...ifSerial('-S', serial!), '-a', String(writer.alternate)];
      return [run(...where, '-s', `${origin}:leave`, '-D', image('bin'))];
    }
    case 'volume': {
      const from = path(writer.format);
      return [{ kind: 'copy', from, to: join(job.volume ?? writer.label, basename(from)) }];
    }
  }
}

/** One word of Tcl that means the text itself: every character that could mean more is escaped. */
export const tclWord = (text: string): string => text.replace(/[^\p{L}\p{N}_.:/-]/gu, '\\$&');

/** bossac takes the name of a port below /dev on Linux and macOS; a dry run need not know it. */
const portName = (port: string | undefined): string => (port ?? 'PORT').replace(/^\/dev\//, '');

/** A command as one could type it into a shell. */
export function describeStep(step: WriteStep): string {
  if (step.kind === 'copy') return shellWords(['cp', step.from, step.to]);
  return `${shellWords(['cd', step.directory])} && ${shellWords([step.file, ...step.args])}`;
}

const shellWords = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
