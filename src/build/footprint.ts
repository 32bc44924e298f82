import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bug } from '../diagnostics.js';
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

/**
 * Bytes of sections. `text` is code and constants together, as `size` prints it; `rodata` is the constants in it; `data` is
 * what lies in flash and is copied to RAM, with code that is.
 */
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

/** A symbol of an object, or what of its sections no symbol covers. */
export interface SymbolSize {
  /** As the linker knows it; PADDING for what has no symbol: strings, literal pools of other functions, alignment. */
  readonly name: string;
  /** Name of the C file, without folders. */
  readonly source: string;
  readonly bytes: number;
  /** Code and constants are `text` of SectionSizes; data and bss are as there. */
  readonly section: 'code' | 'constants' | 'data' | 'bss';
  /** Code, also where it is data because start-up code copies it to RAM. */
  readonly executable: boolean;
}

/** What is in the sections of an object beside its symbols. */
export const PADDING = 'strings and padding';

export interface Footprint {
  readonly core: CoreName;
  /** First line of the compiler's --version. */
  readonly compiler: string;
  readonly flags: readonly string[];
  readonly objects: readonly ObjectSize[];
  /** Flash is text + data, RAM is data + bss (and the state and scratch the application owns, and the stack). */
  readonly total: SectionSizes;
  /** All symbols with what is between them: code and constants add up to total.text, data to total.data. */
  readonly symbols: readonly SymbolSize[];
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
    const weak = new Set(symbols.filter(({ letter }) => letter === 'W').map(({ name }) => name));
    const graph = readCallGraph(await readReports(objects), weak);
    const hidden = findHiddenCalls(symbols, graph);
    const stack = request.entryPoints.map((name) => addHiddenCalls(findStackUse(graph, name), hidden));
    const measured = sources.map((source, index) => ({ source: basename(source), ...sizes[index]! }));
    return {
      core,
      compiler: compiler.version,
      flags,
      objects: measured,
      total: sizes.reduce(addSizes, ZERO),
      symbols: measured.flatMap((object, index) =>
        symbolSizes(
          object,
          symbols.filter((symbol) => symbol.object === index),
        ),
      ),
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

/** Code that start-up code copies to RAM: the names of RNNQ_CODE_SECTION in the headers of a package. */
const CODE_IN_RAM = /^\.(RamFunc|ramfunc|time_critical)/;

/** `size -B` for the totals, `size -A` for the constants in them; one entry per object, in order. */
async function measureSections(size: string, objects: readonly string[]): Promise<SectionSizes[]> {
  const totals = (await runTool(size, ['-B', ...objects])).split('\n').slice(1);
  const sections = (await runTool(size, ['-A', ...objects])).split(/^\S.*\s:$/m).slice(1);
  return objects.map((_, index) => {
    const [text, data, bss] = totals[index]!.trim().split(/\s+/).map(Number) as [number, number, number];
    const bytesOf = (name: RegExp): number =>
      [...sections[index]!.matchAll(/^(\.\S*)\s+(\d+)/gm)].reduce(
        (sum, [, section, bytes]) => sum + (name.test(section!) ? Number(bytes) : 0),
        0,
      );
    const copied = bytesOf(CODE_IN_RAM);
    return { text: text - copied, rodata: bytesOf(/^\.rodata/), data: data + copied, bss };
  });
}

/** A symbol as nm prints it. */
interface ObjectSymbol {
  /** Index of the object. */
  readonly object: number;
  readonly name: string;
  /** Where it begins in its section; empty for one that is not defined. */
  readonly address: string;
  /** The letter of nm: U undefined, W weak, lower case local. */
  readonly letter: string;
  readonly bytes: number;
  /** `.text`, `.rodata.str1.4`; empty for one that is not defined. */
  readonly section: string;
}

/** Reads the symbols of objects; in the System V format of nm, which names the section. */
async function readSymbols(nm: string, objects: readonly string[]): Promise<ObjectSymbol[]> {
  const lines = (await runTool(nm, ['-A', '-f', 'sysv', ...objects])).split('\n');
  return lines.flatMap((line) => {
    const object = objects.findIndex((path) => line.startsWith(`${path}:`));
    const fields = line.slice((objects[object]?.length ?? 0) + 1).split('|');
    if (object < 0 || fields.length < 7) return [];
    const [name, address, letter, , size, , section] = fields.map((field) => field.trim());
    return [{ object, name: name!, address: address!, letter: letter!, bytes: hex(size!), section: section! }];
  });
}

const hex = (digits: string): number => (digits === '' ? 0 : Number.parseInt(digits, 16));

/** Sections by the beginning of their names, as `size -B` adds them up. */
const SECTIONS: readonly (readonly [prefix: RegExp, section: SymbolSize['section']])[] = [
  [/^\.text/, 'code'],
  [new RegExp(`^\\.(data|tdata|got|init_array|fini_array)|${CODE_IN_RAM.source}`), 'data'],
  [/^(\.bss|\.tbss|COMMON|\*COM\*)/, 'bss'],
  [/^\./, 'constants'],
];

/** The symbols of one object by size, each place once, and what is left of its sections. */
function symbolSizes(object: ObjectSize, symbols: readonly ObjectSymbol[]): SymbolSize[] {
  const places = new Map<string, SymbolSize>();
  for (const { name, address, bytes, section } of symbols) {
    const kind = SECTIONS.find(([prefix]) => prefix.test(section))?.[1];
    if (kind === undefined || bytes === 0) continue;
    // an alias is a second name of the same bytes
    const place = `${section} ${address}`;
    if (!places.has(place)) {
      const executable = kind === 'code' || CODE_IN_RAM.test(section);
      places.set(place, { name, source: object.source, bytes, section: kind, executable });
    }
  }
  const named = [...places.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const left = (bytes: number, section: SymbolSize['section'], ...counted: SymbolSize['section'][]): SymbolSize[] => {
    const rest = bytes - named.reduce((sum, s) => sum + (counted.includes(s.section) ? s.bytes : 0), 0);
    if (rest < 0) bug(`the symbols of ${object.source} are ${-rest} bytes larger than its sections`);
    return rest === 0 ? [] : [{ name: PADDING, source: object.source, bytes: rest, section, executable: false }];
  };
  return [
    ...named,
    ...left(object.text, 'constants', 'code', 'constants'),
    ...left(object.data, 'data', 'data'),
    ...left(object.bss, 'bss', 'bss'),
  ];
}

/** Symbols no object defines and gcc's call graph does not show, such as its helpers for switch tables. */
function findHiddenCalls(symbols: readonly ObjectSymbol[], graph: CallGraph): string[] {
  const known = new Set([
    ...symbols.filter(({ letter }) => letter !== 'U').map(({ name }) => name),
    ...[...graph.calls.values()].flat(),
  ]);
  const needed = new Set(symbols.filter(({ letter }) => letter === 'U').map(({ name }) => name));
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
