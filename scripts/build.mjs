// Builds dist/: TypeScript with tsc, the training engine with AssemblyScript (WASM SIMD). All output goes to stderr.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (script, ...args) => {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/${script}`, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
};

run('typescript/bin/tsc', '-p', 'tsconfig.json');
keepDeclarationsOf(`${root}dist`, 'index.d.ts');
chmodSync(`${root}dist/cli/main.js`, 0o755);
const engine = 'src/train/engine/assembly/index.ts';
if (existsSync(root + engine)) {
  mkdirSync(`${root}dist/train/engine`, { recursive: true });
  run(
    'assemblyscript/bin/asc.js',
    engine,
    '-o',
    'dist/train/engine/engine.wasm',
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--enable',
    'threads',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '16',
    '--maximumMemory',
    '16384',
  );
}

/** Removes the declarations that those of the library do not import: nobody else reads them. */
function keepDeclarationsOf(dist, entry) {
  const kept = new Set();
  const visit = (path) => {
    if (kept.has(path)) return;
    kept.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/['"](\.[^'"]*)\.js['"]/g))
      visit(join(dirname(path), `${name}.d.ts`));
  };
  visit(join(dist, entry));
  for (const name of readdirSync(dist, { recursive: true }))
    if (name.endsWith('.d.ts') && !kept.has(join(dist, name))) rmSync(join(dist, name));
}
