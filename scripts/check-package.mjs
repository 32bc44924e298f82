// Packs the package, installs it in an empty folder and runs the main commands there, as a user would.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rnnq-package-'));
const run = (cwd, file, ...args) => {
  const { status, stdout } = spawnSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) {
    process.stderr.write(`${stdout}\n${[file, ...args].join(' ')} failed\n`);
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  }
  return stdout;
};
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
run(root, 'npm', 'pack', '--pack-destination', folder, ...quiet);
const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
run(folder, 'npm', 'init', '-y', ...quiet);
run(folder, 'npm', 'install', `./${tarball}`, ...quiet);
const rnnq = (...args) => run(folder, join(folder, 'node_modules', '.bin', 'rnnq'), ...args);
rnnq('--version');
rnnq('train', '--data', 'gestures', '--units', '8', '--epochs', '1', '-o', 'model.json');
rnnq('compile', 'model.json', '--target', 'cortex-m4', '-o', 'out');
rnnq('verify', 'model.json', '--target', 'host');
rnnq('report', 'model.json', '--target', 'host', '--json');
rmSync(folder, { recursive: true, force: true });
process.stdout.write('the packed package trains, compiles and verifies in a foreign folder\n');
