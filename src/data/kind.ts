import { readdirSync, statSync } from 'node:fs';
import { fail, fileUnreadable } from '../diagnostics.js';
import { dataKindUnclear, dataUnknown } from './diagnostics.js';

/** Data of the user's own, and how a file of it is called. */
const ENDINGS = {
  csv: /\.(csv|tsv)$/i,
} as const;
type PathKind = keyof typeof ENDINGS;

export interface Source {
  readonly kind: 'digits' | 'gestures' | PathKind;
  readonly path: string;
}

/** The kind and path that `digits`, `gestures`, `kind:path` or a path means; that of a folder is the kind of its files. */
export function kindOf(spec: string): Source {
  if (spec === 'digits' || spec === 'gestures') return { kind: spec, path: spec };
  const [, named, rest] = /^(csv):(.+)$/s.exec(spec) ?? [];
  if (named) return { kind: named as PathKind, path: rest! };
  const found = statSync(spec, { throwIfNoEntry: false });
  if (found?.isDirectory()) return { kind: kindOfFolder(spec), path: spec };
  const kind = kindOfName(spec);
  if (kind !== undefined) return { kind, path: spec };
  return fail(found ? dataKindUnclear(spec, 'the ending of its name tells no kind of data') : dataUnknown(spec));
}

const kindOfName = (name: string): PathKind | undefined =>
  (Object.keys(ENDINGS) as PathKind[]).find((kind) => ENDINGS[kind].test(name));

/** README files beside data are no data. */
const isData = (name: string): boolean => !/(^|[/\\])(\.|readme|licen[cs]e)/i.test(name);

function kindOfFolder(folder: string): PathKind {
  const kinds = new Set<PathKind>();
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const kind = isData(name) ? kindOfName(name) : undefined;
      if (kind !== undefined) kinds.add(kind);
    }
  } catch (error) {
    fail(fileUnreadable(folder, (error as NodeJS.ErrnoException).code ?? 'not a folder'));
  }
  const [kind, another] = kinds;
  if (kind === undefined) return fail(dataKindUnclear(folder, 'the folder holds no file of a known kind'));
  if (another !== undefined)
    return fail(dataKindUnclear(folder, `the folder holds files of kinds ${[...kinds].join(', ')}`));
  return kind;
}
