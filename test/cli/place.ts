import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { type CommandResult, runCommand } from './run-command.js';

/** The program that users start; `npm test` builds it first. */
export const MAIN = join(PACKAGE_ROOT, 'dist', 'cli', 'main.js');
/** Path of the model of a sample. */
export const sampleModel = (name: string): string => join(PACKAGE_ROOT, 'test', 'samples', name, 'model.json');
export const SHIFT = sampleModel('gru_ternary_shift');
export const DIGITS = sampleModel('gru_digits');

/** A folder in which commands run. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'rnnq-place-'));

  readonly path = (...parts: string[]): string => join(this.folder, ...parts);
  readonly read = (path: string): string => readFileSync(this.path(path), 'utf8');
  readonly readJson = (path: string) => JSON.parse(this.read(path));
  readonly has = (path: string): boolean => existsSync(this.path(path));

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  copy(from: string, to: string): void {
    cpSync(from, this.path(to));
  }

  /** Runs a command line in this folder and this process. */
  readonly rnnq = (...args: readonly string[]): Promise<CommandResult> => runCommand(args, this.folder);

  /** The same with variables added to the environment. */
  readonly rnnqWith = (environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<CommandResult> =>
    runCommand(args, this.folder, environment);

  /** Starts a command line as users do, in a process. */
  readonly start = (...args: readonly string[]) =>
    execa(process.execPath, [MAIN, ...args], { cwd: this.folder, reject: false, stdin: 'ignore' });

  /** Every entry below a folder, with contents; without rnnq's manifests. */
  tree(path = '.'): Record<string, string> {
    const root = this.path(path);
    const entries = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('.rnnq'),
    );
    return Object.fromEntries(entries.sort().map((name) => [name, describe(join(root, name))]));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A place that all tests of a file share, removed after them. */
export function sharedPlace(): Place {
  const place = new Place();
  afterAll(() => place.remove());
  return place;
}

function describe(path: string): string {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  return found.isFile() ? readFileSync(path, 'utf8') : found.isDirectory() ? '/' : 'special';
}
