import { spawnSync } from 'node:child_process';
import {
  cpSync,
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
import { PACKAGE_ROOT } from '../../src/package-root.js';

// These tests run dist/, which `npm test` builds first.
export const MAIN = join(PACKAGE_ROOT, 'dist', 'cli', 'main.js');
export const SHIFT = join(PACKAGE_ROOT, 'test', 'samples', 'gru_ternary_shift', 'model.json');
export const DIGITS = join(PACKAGE_ROOT, 'test', 'samples', 'gru_digits', 'model.json');
export const here = (file: string): string => join(PACKAGE_ROOT, 'test', 'files', file);

/** A folder of its own for one accident. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'rnnq-accident-'));

  readonly path = (...parts: string[]): string => join(this.folder, ...parts);
  readonly read = (path: string): string => readFileSync(this.path(path), 'utf8');

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  copy(from: string, to: string): void {
    cpSync(from, this.path(to));
  }

  readonly rnnq = (...args: string[]) =>
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

function describe(path: string): string {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  return found.isFile() ? readFileSync(path, 'utf8') : found.isDirectory() ? '/' : 'special';
}

/** Whether a system command works here; mounts and namespaces need rights. */
export const works = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;
