// Called by `npm run demo` and `npm test`: installs the C tools that are missing, where it may, through apt.
// It never fails the npm command: without the tools rnnq goes on with what there is, and says what it skips.
// RNNQ_NO_APT=1 turns it off.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const say = (text) => process.stderr.write(`rnnq setup: ${text}\n`);

const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory || '.', name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** The C library for Cortex-M is a package of its own; the compiler prints a bare name when it has none. */
const hasNewlib = () => {
  const { stdout, status } = spawnSync('arm-none-eabi-gcc', ['-print-file-name=libc.a'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== 'libc.a';
};

const NEEDS = [
  {
    packages: ['gcc', 'libc6-dev'],
    present: () => onPath('gcc') || onPath('clang'),
    without: 'generated C is not compiled and run on this computer',
  },
  {
    packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'],
    present: () => onPath('arm-none-eabi-gcc') && hasNewlib(),
    without: 'generated C is not built for Cortex-M: no Cortex-M tests, no code sizes',
  },
  {
    packages: ['qemu-system-arm'],
    present: () => onPath('qemu-system-arm'),
    without: 'generated C is not run on emulated Cortex-M: no QEMU tests',
  },
];

/** Words before apt-get: none for root, sudo where it asks no password, null where there is no way. */
const findPrivilege = () => {
  if (process.env.RNNQ_NO_APT === '1' || process.platform !== 'linux' || !onPath('apt-get')) return null;
  if (process.getuid?.() === 0) return [];
  if (onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return ['sudo', '-n'];
  return null;
};

/** Prints the command, runs it with its output on stderr; true when it succeeded. */
const run = (words) => {
  say(words.join(' '));
  const [file, ...args] = words;
  const stdio = ['ignore', process.stderr, process.stderr];
  return spawnSync(file, args, { stdio, timeout: 15 * 60_000 }).status === 0;
};

const install = (privilege, packages) => {
  const aptGet = [...privilege, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q'];
  const words = [...aptGet, 'install', '-y', '--no-install-recommends', ...packages];
  return run(words) || (run([...aptGet, 'update']) && run(words));
};

const missing = NEEDS.filter((need) => !need.present());
if (missing.length > 0) {
  const packages = missing.flatMap((need) => need.packages);
  const privilege = findPrivilege();
  if (privilege !== null) install(privilege, packages);
  const skipped = missing.filter((need) => !need.present());
  for (const need of skipped) say(`SKIPPED: ${need.without}`);
  if (skipped.length > 0) {
    say(`to have it all: apt-get install ${skipped.flatMap((need) => need.packages).join(' ')}`);
  }
}
