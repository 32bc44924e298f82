import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How a C file becomes an object. */
export interface Compilation {
  readonly compiler: { readonly path: string; readonly version: string };
  /** Everything that decides what the object holds, but the folders of headers. */
  readonly flags: readonly string[];
  readonly includeDirectories: readonly string[];
  /** Writes the object of a source. */
  readonly compile: (source: string, object: string) => Promise<unknown>;
}

/** Folder of the cache, set by the tests: most files of their programs are those of an earlier program. */
const folder = (): string | undefined => process.env.RNNQ_OBJECT_CACHE;

let unique = 0;

/**
 * The sources themselves, for the compiler to compile and link in one call; with a cache, their objects, each compiled only
 * if no earlier one had the same compiler, flags, text and headers. A file whose headers cannot be known from its text
 * stays a source.
 */
export async function cachedObjects(sources: readonly string[], compilation: Compilation): Promise<string[]> {
  const cache = folder();
  if (cache === undefined || compilation.flags.some((flag) => /^-g|^--coverage|^-save-temps/.test(flag)))
    return [...sources];
  const results: string[] = [];
  for (const source of sources) {
    const key = /\.[cS]$/.test(source) ? await keyOf(source, compilation) : null;
    results.push(key === null ? source : await objectOf(source, join(cache, key.slice(0, 2), key), compilation));
  }
  return results;
}

async function objectOf(source: string, path: string, { compile }: Compilation): Promise<string> {
  // the name of the source stays: it is in the object's symbol table
  const object = join(path, `${basename(source)}.o`);
  const found = await access(object).then(
    () => true,
    () => false,
  );
  if (found) {
    const now = new Date();
    await utimes(path, now, now);
    return object;
  }
  await mkdir(path, { recursive: true });
  const temporary = `${object}.${process.pid}.${unique++}.o`;
  await compile(source, temporary);
  await rename(temporary, object);
  return object;
}

/** What an object depends on, as a hash; null where the text does not say which headers it has. */
async function keyOf(source: string, { compiler, flags, includeDirectories }: Compilation): Promise<string | null> {
  const texts: string[] = [];
  const seen = new Set<string>();
  const waiting = [source];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = await readFile(path, 'utf8');
    texts.push(basename(path), text);
    for (const [, rest] of text.matchAll(/^[ \t]*#[ \t]*include\b(.*)$/gm)) {
      const name = /^[ \t]*["<]([^">]+)[">]/.exec(rest!)?.[1];
      if (name === undefined) return null;
      const header = await firstOf([dirname(path), ...includeDirectories].map((directory) => join(directory, name)));
      if (header !== null) waiting.push(header);
    }
  }
  // a macro that no text names changes nothing
  const whole = texts.join('\n');
  const relevant = flags.filter((flag) => {
    const macro = /^-D(\w+)/.exec(flag)?.[1];
    return macro === undefined || whole.includes(macro);
  });
  const parts = [compiler.path, compiler.version, ...relevant, ...texts];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The first of these files that is there; headers of the compiler and its library are in none of the folders. */
async function firstOf(paths: readonly string[]): Promise<string | null> {
  for (const path of paths)
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  return null;
}
