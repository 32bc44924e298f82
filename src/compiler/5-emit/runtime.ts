import { readdirSync, readFileSync } from 'node:fs';
import { bug } from '../../diagnostics.js';
import { fnv1a } from '../../fixed/hash.js';
import { PACKAGE_ROOT } from '../../package-root.js';

/** The C that packages share: the headers and all kernels of runtime-c, text by path below it, in the order of paths. */
export type Runtime = ReadonlyMap<string, string>;

const HEADERS = ['rnnq.h', 'rnnq_fixed.h'] as const;

let cached: Runtime | undefined;

/** The files of runtime-c, read once. */
export function readRuntime(): Runtime {
  const root = `${PACKAGE_ROOT}runtime-c/`;
  cached ??= new Map(
    (readdirSync(root, { recursive: true }) as string[])
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => /\.[ch]$/.test(path))
      .sort()
      .map((path) => [path, readFileSync(root + path, 'utf8')]),
  );
  return cached;
}

/** FNV-1a 32 of every path and text as 8 hex digits: another digit for any other character of any file. */
export function runtimeTag(runtime: Runtime = readRuntime()): string {
  const bytes = new TextEncoder().encode(JSON.stringify([...runtime]));
  return fnv1a(bytes).toString(16).padStart(8, '0');
}

/** The name in runtime-c of what the linker knows by a name with a tag; any other name as it is. */
export const sourceName = (symbol: string): string => symbol.replace(new RegExp(`^(rnnq_\\w+)_${runtimeTag()}$`), '$1');

/**
 * Path in a package -> text: the headers and the kernels of a plan. rnnq.h gives every kernel a symbol that ends with the tag
 * of the runtime, so that equal symbols are equal code in whatever firmware packages meet (docs/decisions/0022).
 */
export function runtimeFiles(kernels: readonly string[], runtime: Runtime = readRuntime()): Map<string, string> {
  const text = (path: string): string => runtime.get(path) ?? bug(`runtime-c has no ${path}`);
  const files = new Map<string, string>(HEADERS.map((header) => [`src/${header}`, text(`include/${header}`)]));
  files.set('src/rnnq.h', withTags(text('include/rnnq.h'), runtimeTag(runtime)));
  for (const symbol of kernels) {
    files.set(`src/${symbol}.c`, text(pathOf(symbol, runtime)));
  }
  return files;
}

/** A function's file is called like it, in whatever folder. */
function pathOf(symbol: string, runtime: Runtime): string {
  const file = `/${symbol.replace(/^rnnq_/, '')}.c`;
  return [...runtime.keys()].find((path) => path.endsWith(file)) ?? bug(`runtime-c has no ${symbol}`);
}

/** rnnq.h with a definition of RNNQ_RUNTIME and of the symbol of every function that it declares. */
function withTags(header: string, tag: string): string {
  const functions = [...header.matchAll(/\b(rnnq_\w+)\(/g)].map((match) => match[1]!);
  const lines = [
    '/* Symbols end with a hash of the source: packages that bring the same kernels share them, those of other versions of rnnq',
    ' * bring kernels with other symbols. */',
    `#define RNNQ_RUNTIME 0x${tag}u`,
    ...[...new Set(functions)].sort().map((name) => `#define ${name} ${name}_${tag}`),
  ];
  const place = '#include <stdint.h>\n';
  if (functions.length === 0 || !header.includes(place)) bug('rnnq.h declares no kernel, or does not include stdint.h');
  return header.replace(place, `${place}\n${lines.join('\n')}\n`);
}
