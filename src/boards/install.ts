import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Package managers that hints speak of. */
export const MANAGERS = ['apt', 'brew', 'winget'] as const;
export type Manager = (typeof MANAGERS)[number];

/** Name of a package in each manager that has it; for brew with `--cask` where it is one. */
export type Packages = Readonly<Partial<Record<Manager, string>>>;

const COMMANDS: Readonly<Record<Manager, (name: string) => string>> = {
  apt: (name) => `apt-get install -y ${name}`,
  brew: (name) => `brew install ${name}`,
  winget: (name) => `winget install ${name}`,
};

/** The command that installs a package, with one package manager. */
export const installCommand = (manager: Manager, name: string): string => COMMANDS[manager](name);

const onPath = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory || '.', name)));

/** Debian and what is made of it, whatever PATH holds. */
const isDebian = (): boolean => existsSync('/etc/debian_version');

/** The package manager of this computer; null where it is none of those that are known. */
export function managerOf(platform: string = process.platform, has = onPath, debian = isDebian): Manager | null {
  if (platform === 'win32') return 'winget';
  if (platform === 'darwin') return 'brew';
  if (debian() || has('apt-get')) return 'apt';
  return has('brew') ? 'brew' : null;
}

/**
 * How to install something here.
 * @param other the way without a package manager
 */
export function installHint(packages: Packages, other: string | undefined, manager = managerOf()): string {
  const name = manager === null ? undefined : packages[manager];
  if (name !== undefined) return installCommand(manager!, name);
  if (other !== undefined) return other;
  return manager === null
    ? `install it with the package manager of this system; Debian calls it ${packages.apt}`
    : `see the page of the tool, Installation (not in ${manager})`;
}
