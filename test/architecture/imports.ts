import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { packagePath } from '../kernels/run-program.js';

export interface Source {
  /** From the package's folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** A file of src/, or the name of a package; subpaths are cut off. */
  readonly target: string;
  /** `type` imports vanish when compiled, `lazy` ones are loaded when asked for. */
  readonly kind: 'value' | 'type' | 'lazy';
}

/** All TypeScript of src/ but the engine's AssemblyScript, which is another language. */
export function sourceFiles(): Source[] {
  return readdirSync(packagePath('src'), { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.startsWith('src/train/engine/assembly/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(packagePath(path), 'utf8') }));
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const LAZY = /\bimport\('([^']+)'\)/g;

function resolve(from: string, name: string): string {
  if (name.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), name)).replace(/\.js$/, '.ts');
  if (name.startsWith('node:')) return name;
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

export function importsOf({ path, text }: Source): Import[] {
  const fixed = [...text.matchAll(STATIC)].map(
    ([, type, name]): Import => ({ target: resolve(path, name!), kind: type ? 'type' : 'value' }),
  );
  return [
    ...fixed,
    ...[...text.matchAll(LAZY)].map(([, name]): Import => ({ target: resolve(path, name!), kind: 'lazy' })),
  ];
}

/** Circles of imports that are loaded at once, each as the files along it. */
export function cycles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'open') found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (state.has(path)) return;
    state.set(path, 'open');
    const source = byPath.get(path);
    for (const { target, kind } of source ? importsOf(source) : [])
      if (kind !== 'lazy') visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const { path } of sources) visit(path, []);
  return found;
}
