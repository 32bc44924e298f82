import { fail } from '../diagnostics.js';
import { dataNoLabel, dataPatternMisses } from './diagnostics.js';

/** Where the name of a recording (Recording.name) says its label and its group: the first (group) of the pattern. */
export interface NamePatterns {
  readonly labelPattern?: RegExp | undefined;
  readonly groupPattern?: RegExp | undefined;
}

/** The label that a name says: by the pattern, or the folder next to the file. */
export function labelOf(source: string, name: string, { labelPattern }: NamePatterns): string {
  if (labelPattern) return found('--label-pattern', labelPattern, source, name);
  return name.split('/').at(-2) ?? fail(dataNoLabel(source, name));
}

/** The group that a name says, or undefined without a pattern. */
export const groupOf = (source: string, name: string, { groupPattern }: NamePatterns): string | undefined =>
  groupPattern && found('--group-pattern', groupPattern, source, name);

function found(option: string, pattern: RegExp, source: string, name: string): string {
  const match = pattern.exec(name);
  return (match?.[1] ?? match?.[0]) || fail(dataPatternMisses(option, pattern.source, source, name));
}
