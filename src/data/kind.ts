import { existsSync } from 'node:fs';
import { fail } from '../diagnostics.js';
import { converterFor, converterForAll } from './converters.js';
import { dataKindUnclear, dataUnknown } from './diagnostics.js';
import { isFolder, namesBelow } from './files.js';
import { byEnding } from './folder.js';

/** Data of the user's own, and how a file of it is called. */
const ENDINGS = {
  csv: /\.(csv|tsv)$/i,
  wav: /\.wav$/i,
  text: /\.(txt|text)(\.gz)?$/i,
  idx: /images.*idx3-ubyte(\.gz)?$/i,
  npy: /\.npy$/i,
} as const;
type PathKind = keyof typeof ENDINGS;
/** Kinds of data that are files or folders. */
export const PATH_KINDS = Object.keys(ENDINGS) as PathKind[];

export const isPathKind = (kind: string): kind is PathKind => Object.hasOwn(ENDINGS, kind);

export interface Source {
  readonly kind: 'digits' | 'gestures' | PathKind;
  readonly path: string;
}

/** The kind and path that `digits`, `gestures`, `kind:path` or a path means; that of a folder is the kind of its files. */
export function kindOf(spec: string): Source {
  if (spec === 'digits' || spec === 'gestures') return { kind: spec, path: spec };
  const [, named = '', rest] = /^(\w+):(.+)$/s.exec(spec) ?? [];
  if (isPathKind(named)) return { kind: named, path: rest! };
  if (isFolder(spec)) return { kind: kindOfFolder(spec), path: spec };
  const kind = kindOfName(spec);
  if (kind !== undefined) return { kind, path: spec };
  if (!existsSync(spec)) return fail(dataUnknown(spec));
  return fail(dataKindUnclear(spec, 'its ending is of no known kind of data', PATH_KINDS, converterFor(spec)));
}

/** The path of more data of the same kind: as it is, or behind that kind. */
export function pathOfMore({ kind }: Source, spec: string): string {
  const [, named = '', rest] = /^(\w+):(.+)$/s.exec(spec) ?? [];
  return named === kind ? rest! : spec;
}

/** The kind that the ending of a file's name says, if any. */
export const kindOfName = (name: string): PathKind | undefined => PATH_KINDS.find((kind) => ENDINGS[kind].test(name));

/** The kind of the files; texts beside others, such as lists of names, and files of unknown kinds do not count. */
function kindOfFolder(folder: string): PathKind {
  const names = namesBelow(folder);
  const found = new Set(names.flatMap((name) => kindOfName(name) ?? []));
  if (found.size > 1) found.delete('text');
  const [kind, another] = found;
  if (kind === undefined)
    return fail(
      dataKindUnclear(
        folder,
        `the folder holds no file of a known kind${names.length > 0 ? `: ${byEnding(names)}` : ''}`,
        PATH_KINDS,
        converterForAll(names),
      ),
    );
  if (another !== undefined)
    return fail(dataKindUnclear(folder, `the folder holds files of the kinds ${[...found].join(', ')}`, PATH_KINDS));
  return kind;
}
