import { bytesByName } from './facts.js';
import type { Baseline, Report } from './schema.js';

/** How the two were made, where that differs. */
export function differences({ computed, measured }: Report, old: Baseline): string[] {
  const pairs: readonly (readonly [string, string | null, string | null])[] = [
    ['core', old.core, computed.core],
    ['compiler', old.compiler, measured?.compiler ?? null],
    ['flags', old.flags, measured?.flags.join(' ') ?? null],
    ['rnnq', old.rnnq, computed.rnnq],
  ];
  return pairs.flatMap(([what, from, to]) =>
    from === to ? [] : [`${what} was ${from ?? 'not known'}, is ${to ?? 'not known'}`],
  );
}

/** Symbols whose bytes differ, the largest change first. */
export function changedSymbols(report: Report, old: Baseline) {
  const [before, now] = [bytesByName(old.symbols), bytesByName(report.symbols)];
  return [...new Set([...before.keys(), ...now.keys()])]
    .map((name) => ({ name, from: before.get(name) ?? 0, to: now.get(name) ?? 0 }))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || (a.name < b.name ? -1 : 1));
}
