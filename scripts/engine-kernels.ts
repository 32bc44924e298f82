// node scripts/run.mjs scripts/engine-kernels.ts: writes src/train/engine/kernels.ts, the declarations of the engine's WebAssembly,
// from the signatures in its AssemblyScript, so that tsc checks number, names and order of the arguments of every call.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../src/package-root.js';

const ASSEMBLY = join(PACKAGE_ROOT, 'src', 'train', 'engine', 'assembly');
const DECLARATIONS = join(PACKAGE_ROOT, 'src', 'train', 'engine', 'kernels.ts');

const TYPES: Readonly<Record<string, string>> = {
  usize: 'Pointer',
  i32: 'Integer',
  f32: 'Real',
  f64: 'Real',
  void: 'void',
};

const typeOf = (type: string): string => {
  const found = TYPES[type];
  if (found === undefined) throw new Error(`a kernel of the engine cannot take or give ${type}`);
  return found;
};

/** The text of kernels.ts: what assembly/index.ts exports, in alphabetical order. */
export function engineKernels(): string {
  const exported = [...read('index.ts').matchAll(/export \{([^}]*)\}/g)].flatMap(([, names]) => names!.match(/\w+/g)!);
  const texts = readdirSync(ASSEMBLY).map(read).join('\n');
  const lines = exported.sort().map((name) => {
    const signature = new RegExp(`export function ${name}\\(([^)]*)\\): (\\w+)`).exec(texts);
    if (signature === null) throw new Error(`assembly/index.ts exports ${name}, which no file defines`);
    const parameters = [...signature[1]!.matchAll(/(\w+): (\w+)/g)].map(([, key, type]) => `${key}: ${typeOf(type!)}`);
    return `  ${name}(${parameters.join(', ')}): ${typeOf(signature[2]!)};`;
  });
  return `// Written by node scripts/run.mjs scripts/engine-kernels.ts from the signatures in assembly/, which documents them.

/** A byte offset into the engine's memory. */
type Pointer = number;
type Integer = number;
type Real = number;

// biome-ignore format: one kernel a line
export interface Kernels {
${lines.join('\n')}
}
`;
}

const read = (name: string): string => readFileSync(join(ASSEMBLY, name), 'utf8');

export const main = (): void => writeFileSync(DECLARATIONS, engineKernels());
