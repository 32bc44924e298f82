import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Whether a system command works here; mounts and namespaces need rights. */
export const works = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;

const OPERATIONS = [
  'mkdirSync',
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
] as const;
type Operation = (typeof OPERATIONS)[number];

/**
 * Does `work`, and calls `accident` before each of its operations on files, with its number from 1. Between a process that ends
 * there (what is on the disk then is all that is left) and a disk that is full there lies all that can happen to a writer
 * half-way. Gives the number of operations.
 */
export async function withAccidents(
  accident: (number: number, operation: Operation) => void,
  work: () => void | Promise<void>,
): Promise<number> {
  const real = OPERATIONS.map((name) => fs[name]);
  let operations = 0;
  let inAccident = false;
  const meet = (name: Operation): void => {
    if (inAccident) return;
    inAccident = true;
    try {
      accident(++operations, name);
    } finally {
      inAccident = false;
    }
  };
  const replace = (functions: readonly unknown[]): void => {
    for (const [k, name] of OPERATIONS.entries()) Object.assign(fs, { [name]: functions[k] });
    syncBuiltinESMExports();
  };
  replace(
    OPERATIONS.map((name, k) => (...args: unknown[]) => {
      meet(name);
      return (real[k] as (...args: unknown[]) => unknown)(...args);
    }),
  );
  try {
    await work();
  } finally {
    replace(real);
  }
  return operations;
}

/** The disk is full: what needs space fails. */
export function fullDisk(operation: Operation): void {
  if (!/mkdir|open|writeFile/.test(operation)) return;
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
}

/** Copies a folder with all that is in it, sockets too; nothing where there is none. */
export function copyFolder(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  if (fs.existsSync(from) && !works('cp', '-a', from, to)) throw new Error(`${from} was not copied`);
}
