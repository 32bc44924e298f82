import { extname } from 'node:path';
import { converterForAll } from './converters.js';
import { type FolderFile, listFiles, namesBelow } from './files.js';
import type { NamePatterns } from './name-patterns.js';

// What a folder of recordings holds beside its recordings, and what is noted about many files at once.

/** Something a user should know of a file that was read. */
export interface FileNote {
  /** A file, or file:line. */
  readonly path: string;
  readonly fact: string;
}

/** Folders that hold no class, such as _background_noise_. */
const NO_CLASS = /(^|\/)_[^/]*\//;

/**
 * The recordings below a folder, whose names match, and notes of all other files: hidden ones, READMEs and licences
 * aside. Where folders are labels, those that begin with _ are none.
 */
export function listRecordings(
  folder: string,
  wanted: RegExp,
  { labelPattern }: NamePatterns,
): { files: FolderFile[]; notes: string[] } {
  const skipped = (name: string): boolean => labelPattern === undefined && NO_CLASS.test(name);
  const names = namesBelow(folder);
  const others = names.filter((name) => !wanted.test(name));
  const unlabelled = names.filter((name) => wanted.test(name) && skipped(name));
  const notes = [];
  if (unlabelled.length > 0)
    notes.push(`${folder}: ${named(unlabelled)} not read: a folder that begins with _ is no class`);
  const converter = converterForAll(others, wanted);
  if (others.length > 0)
    notes.push(
      `${folder}: not read: ${byEnding(others)}${converter === undefined ? '' : `; ${converter} converts them`}`,
    );
  return { files: listFiles(folder, wanted, skipped), notes };
}

/** 12 .flac (a/1.flac, ...), 1 .mp3 (b.mp3) */
export function byEnding(names: readonly string[]): string {
  const endings = new Map<string, string[]>();
  for (const name of names) {
    const ending = extname(name).toLowerCase() || 'without an ending';
    endings.set(ending, [...(endings.get(ending) ?? []), name]);
  }
  return [...endings]
    .map(([ending, own]) => `${own.length} ${ending} (${own[0]}${own.length > 1 ? ', ...' : ''})`)
    .join(', ');
}

const named = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names[0]} and ${names.length - 1} more`;

/** A line for each fact, with the first file and how many others share it. */
export function joinNotes(notes: readonly FileNote[]): string[] {
  const facts = new Map<string, string[]>();
  for (const { path, fact } of notes) facts.set(fact, [...(facts.get(fact) ?? []), path]);
  return [...facts].map(([fact, paths]) => `${named(paths)}: ${fact}`);
}
