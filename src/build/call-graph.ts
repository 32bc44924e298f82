import { LIBRARY_FRAMES } from './library-frames.js';

/** Functions, their frames and who calls whom, merged from the .ci files of gcc's -fcallgraph-info=su. */
export interface CallGraph {
  /** By key: the symbol, or for a static function "<object>|<symbol>", so that equal names do not meet. */
  readonly frames: ReadonlyMap<string, Frame>;
  readonly calls: ReadonlyMap<string, readonly string[]>;
}

/** gcc's words for a frame whose bytes are an upper bound: constant, or with pushed arguments that gcc has counted. */
const BOUNDED: ReadonlySet<string> = new Set(['static', 'dynamic,bounded']);

interface Frame {
  readonly bytes: number;
  /** gcc's word for the frame: "static" when its size is a constant; see BOUNDED. */
  readonly kind: string;
}

/** Deepest stack below one entry point. Interrupts are not in it. */
export interface StackUse {
  readonly entryPoint: string;
  readonly bytes: number;
  /** Symbols on the deepest path, from the entry point down. */
  readonly path: readonly string[];
  /** Reachable functions of unknown frame, counted as 0. */
  readonly unmeasured: readonly string[];
}

const INDIRECT = '__indirect_call';
const NODE = /^node: \{ title: "([^"]+)" label: "[^"]*?(?:\\n(\d+) bytes \(([^)]*)\))?"/;
const EDGE = /^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/;

/** The symbol of a graph key or a title of gcc ("file.c:name" for static functions). */
export const symbolOf = (key: string): string => key.slice(Math.max(key.lastIndexOf(':'), key.lastIndexOf('|')) + 1);

/** Merges the .ci texts, one per object. gcc titles weak functions as it does static ones, so their names must be given. */
export function readCallGraph(
  objects: readonly { readonly name: string; readonly text: string }[],
  weak: ReadonlySet<string> = new Set(),
): CallGraph {
  const frames = new Map<string, Frame>();
  const calls = new Map<string, string[]>();
  for (const { name, text } of objects) {
    const keyOf = (title: string): string => {
      const symbol = symbolOf(title);
      return title === symbol || weak.has(symbol) ? symbol : `${name}|${symbol}`;
    };
    for (const line of text.split('\n')) {
      const node = NODE.exec(line);
      if (node?.[2] !== undefined) {
        const key = keyOf(node[1]!);
        if (frames.has(key)) throw new Error(`${symbolOf(key)} is defined twice`);
        frames.set(key, { bytes: Number(node[2]), kind: node[3]! });
      }
      const edge = EDGE.exec(line);
      if (edge) {
        const caller = keyOf(edge[1]!);
        calls.set(caller, [...(calls.get(caller) ?? []), keyOf(edge[2]!)]);
      }
    }
  }
  return { frames, calls };
}

/**
 * Longest path of frames below an entry point, in bytes. Throws where no such number exists: a frame that is not
 * static, recursion, a call through a pointer, an entry point that is not there.
 */
export function findStackUse(graph: CallGraph, entryPoint: string): StackUse {
  const deepest = new Map<string, { bytes: number; path: string[] }>();
  const unmeasured = new Set<string>();
  const active: string[] = [];

  const descend = (key: string): { bytes: number; path: string[] } => {
    const known = deepest.get(key);
    if (known) return known;
    const trail = [...active, key].map(symbolOf).join(' -> ');
    if (active.includes(key)) throw new Error(`stack has no bound, recursion: ${trail}`);
    if (key === INDIRECT) throw new Error(`stack is not known, call through a pointer: ${trail}`);
    const own = frameOf(key, trail);
    active.push(key);
    let below: { bytes: number; path: string[] } = { bytes: 0, path: [] };
    for (const callee of graph.calls.get(key) ?? []) {
      const found = descend(callee);
      if (found.bytes > below.bytes || below.path.length === 0) below = found;
    }
    active.pop();
    const result = { bytes: own + below.bytes, path: [symbolOf(key), ...below.path] };
    deepest.set(key, result);
    return result;
  };

  const frameOf = (key: string, trail: string): number => {
    const frame = graph.frames.get(key);
    if (frame && !BOUNDED.has(frame.kind)) throw new Error(`stack is not known, frame is ${frame.kind}: ${trail}`);
    if (frame) return frame.bytes;
    const library = LIBRARY_FRAMES[key];
    if (library === undefined) unmeasured.add(key);
    return library ?? 0;
  };

  if (!graph.frames.has(entryPoint)) throw new Error(`no function ${entryPoint} to measure the stack of`);
  const { bytes, path } = descend(entryPoint);
  return { entryPoint, bytes, path, unmeasured: [...unmeasured].sort() };
}
