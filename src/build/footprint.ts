import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { CORES, type Core, type CoreName } from '../targets/cores.js';
import { type CallGraph, findStackUse, readCallGraph, type StackUse } from './call-graph.js';
import { LIBRARY_FRAMES } from './library-frames.js';
import { type Optimization, requireCompiler, runTool } from './toolchain.js';

export interface FootprintRequest {
  readonly core: CoreName;
  /** Absolute paths of C files. */
  readonly sources: readonly string[];
  readonly includeDirectories: readonly string[];
  /** Functions to find the stack of. */
  readonly entryPoints: readonly string[];
  /** Default -O2. */
  readonly optimization?: Optimization;
}

/** Bytes of sections. `text` is code and constants together, as `size` prints it; `rodata` is the constants in it. */
export interface SectionSizes {
  readonly text: number;
  readonly rodata: number;
  readonly data: number;
  readonly bss: number;
}

export interface ObjectSize extends SectionSizes {
  /** Name of the C file, without folders. */
  readonly source: string;
}

export interface Footprint {
  readonly core: CoreName;
  /** First line of the compiler's --version. */
  readonly compiler: string;
  readonly flags: readonly string[];
  readonly objects: readonly ObjectSize[];
  /** Flash is text + data, RAM is data + bss (and the state and scratch the application owns, and the stack). */
  readonly total: SectionSizes;
  readonly stack: readonly StackUse[];
  /** All functions of unknown frame that the stack numbers leave out. */
  readonly unmeasured: readonly string[];
}

const ZERO: SectionSizes = { text: 0, rodata: 0, data: 0, bss: 0 };
const PARALLEL = 8;

/** On a computer: no unwind tables in the sizes, and no use of the stack below the frame that gcc does not report. */
const HONEST_FRAMES: Readonly<Record<Core['compiler'], readonly string[]>> = {
  host: ['-fno-asynchronous-unwind-tables', ...(process.arch === 'x64' ? ['-mno-red-zone'] : [])],
  'arm-none-eabi': [],
};

/** Compiles the sources (gcc only) and measures their sections and the stack of the entry points; all in bytes. */
export async function measureFootprint(request: FootprintRequest): Promise<Footprint> {
  const { core, sources } = request;
  const compiler = await requireCompiler(core, 'gcc');
  const flags = [...CORES[core].flags, '-std=c99', request.optimization ?? '-O2'];
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-footprint-'));
  try {
    const objects = sources.map((_, index) => join(directory, `${index}.o`));
    const compileOne = (index: number): Promise<string> =>
      runTool(compiler.path, [
        ...[...flags, ...HONEST_FRAMES[CORES[core].compiler], '-fstack-usage', '-fcallgraph-info=su'],
        ...request.includeDirectories.map((include) => `-I${include}`),
        ...['-c', sources[index]!, '-o', objects[index]!],
      ]);
    for (let first = 0; first < sources.length; first += PARALLEL) {
      await Promise.all(sources.slice(first, first + PARALLEL).map((_, offset) => compileOne(first + offset)));
    }
    const companion = (name: string): string => join(dirname(compiler.path), companionName(core, name));
    const sizes = await measureSections(companion('size'), objects);
    const symbols = await readSymbols(companion('nm'), objects);
    const weak = new Set(symbols.filter(({ type }) => type === 'W').map(({ name }) => name));
    const graph = readCallGraph(await readReports(objects), weak);
    const hidden = findHiddenCalls(symbols, graph);
    const stack = request.entryPoints.map((name) => addHiddenCalls(findStackUse(graph, name), hidden));
    return {
      core,
      compiler: compiler.version,
      flags,
      objects: sources.map((source, index) => ({ source: basename(source), ...sizes[index]! })),
      total: sizes.reduce(addSizes, ZERO),
      stack,
      unmeasured: [...new Set(stack.flatMap((use) => use.unmeasured))].sort(),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const companionName = (core: CoreName, name: string): string =>
  CORES[core].compiler === 'host' ? name : `arm-none-eabi-${name}`;

const readReports = (objects: readonly string[]): Promise<{ name: string; text: string }[]> =>
  Promise.all(objects.map(async (name) => ({ name, text: await readFile(name.replace(/\.o$/, '.ci'), 'utf8') })));

const addSizes = (a: SectionSizes, b: SectionSizes): SectionSizes => ({
  text: a.text + b.text,
  rodata: a.rodata + b.rodata,
  data: a.data + b.data,
  bss: a.bss + b.bss,
});

/** `size -B` for the totals, `size -A` for the constants in them; one entry per object, in order. */
async function measureSections(size: string, objects: readonly string[]): Promise<SectionSizes[]> {
  const totals = (await runTool(size, ['-B', ...objects])).split('\n').slice(1);
  const sections = (await runTool(size, ['-A', ...objects])).split(/^\S.*\s:$/m).slice(1);
  return objects.map((_, index) => {
    const [text, data, bss] = totals[index]!.trim().split(/\s+/).map(Number) as [number, number, number];
    const constants = [...sections[index]!.matchAll(/^\.rodata\S*\s+(\d+)/gm)].map((match) => Number(match[1]));
    return { text, rodata: constants.reduce((sum, bytes) => sum + bytes, 0), data, bss };
  });
}

/** A global symbol of an object and the letter of nm: U undefined, W weak. */
interface GlobalSymbol {
  readonly type: string;
  readonly name: string;
}

const readSymbols = async (nm: string, objects: readonly string[]): Promise<GlobalSymbol[]> =>
  [...(await runTool(nm, ['-g', ...objects])).matchAll(/ ([A-Za-z]) (\S+)$/gm)].map((match) => ({
    type: match[1]!,
    name: match[2]!,
  }));

/** Symbols no object defines and gcc's call graph does not show, such as its helpers for switch tables. */
function findHiddenCalls(symbols: readonly GlobalSymbol[], graph: CallGraph): string[] {
  const known = new Set([
    ...symbols.filter(({ type }) => type !== 'U').map(({ name }) => name),
    ...[...graph.calls.values()].flat(),
  ]);
  const needed = new Set(symbols.filter(({ type }) => type === 'U').map(({ name }) => name));
  return [...needed].filter((name) => !known.has(name)).sort();
}

/** Who calls a hidden function is not known, so the largest is added at the end of the deepest path. */
function addHiddenCalls(use: StackUse, hidden: readonly string[]): StackUse {
  const known = hidden.filter((name) => LIBRARY_FRAMES[name] !== undefined);
  const deepest = known.sort((a, b) => LIBRARY_FRAMES[b]! - LIBRARY_FRAMES[a]!)[0];
  const unmeasured = [...use.unmeasured, ...hidden.filter((name) => LIBRARY_FRAMES[name] === undefined)].sort();
  if (deepest === undefined) return { ...use, unmeasured };
  return { ...use, bytes: use.bytes + LIBRARY_FRAMES[deepest]!, path: [...use.path, deepest], unmeasured };
}
