import { fnv1a } from '../fixed/hash.js';
import type { Codes } from '../ir/model.js';
import type { Task } from '../tasks/task.js';
import type { Dataset } from './dataset.js';
import { plural, quote } from './diagnostics.js';
import { PARTS, type Part, type Recording } from './recording.js';
import type { Parts } from './split.js';

// What makes the figures of one part say less than they seem to: the same recording or person in two parts, lacking classes.

/** Names that one warning shows. */
const MAX_NAMED = 5;

const some = (names: readonly string[]): string =>
  names.slice(0, MAX_NAMED).map(quote).join(', ') + (names.length > MAX_NAMED ? ', ...' : '');

type DividedData = Pick<Dataset, Part>;

/** Warnings about parts; recordings are in the order of `parts`. */
export function partWarnings(
  data: DividedData,
  task: Task,
  list: readonly Recording[],
  parts: Parts<Int32Array>,
): string[] {
  return [...sharedContents(data), ...sharedGroups(list, parts), ...lackingClasses(data, task)];
}

/** Sequences of other parts that the training part has, too: equal to the network, since their codes are. */
function sharedContents(data: DividedData): string[] {
  const trained = new Map<number, number[]>();
  data.train.sequences.forEach((codes, i) => {
    const hash = hashOf(codes);
    trained.set(hash, [...(trained.get(hash) ?? []), i]);
  });
  return (['validation', 'test'] as const).flatMap((part) => {
    const { sequences, names = [] } = data[part];
    const known = sequences.flatMap((codes, i) => {
      const twin = trained.get(hashOf(codes))?.find((other) => areEqual(codes, data.train.sequences[other]!));
      return twin === undefined ? [] : [{ name: names[i] ?? '', twin: data.train.names?.[twin] ?? '' }];
    });
    const [first] = known;
    if (first === undefined) return [];
    const which = first.name === '' ? '' : `: ${quote(first.name)} is ${quote(first.twin)}`;
    return [
      `${known.length} of ${plural(sequences.length, 'sequence')} of the ${part} part are in the training part, too${which}`,
    ];
  });
}

const hashOf = (codes: Codes): number => fnv1a(new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength));

const areEqual = (a: Codes, b: Codes): boolean => a.length === b.length && a.every((code, i) => code === b[i]);

/** Groups that are trained and tested with: the figures are those of persons or devices that the network knows. */
function sharedGroups(list: readonly Recording[], parts: Parts<Int32Array>): string[] {
  const groupsOf = (part: Part): Set<string> => new Set(Array.from(parts[part]).flatMap((i) => list[i]!.group ?? []));
  const trained = groupsOf('train');
  const shared = [...groupsOf('test')].filter((group) => trained.has(group)).sort();
  if (shared.length === 0) return [];
  return [
    `${plural(shared.length, 'group')} of the test part ${shared.length === 1 ? 'is' : 'are'} in the training part, too (${some(shared)}): --split group=<name> tests with a new one`,
  ];
}

/** Classes without a target in a part. */
function lackingClasses(data: DividedData, { labels }: Task): string[] {
  return PARTS.filter((part) => part !== 'train' && data[part].sequences.length > 0).flatMap((part) => {
    const found = new Set<number>();
    for (const own of data[part].targets) if (own instanceof Int32Array) for (const target of own) found.add(target);
    if (found.size === 0) return [];
    const lacking = labels.filter((_, c) => !found.has(c));
    return lacking.length === 0
      ? []
      : [
          `the ${part} part has no target of ${lacking.length === 1 ? 'the class' : `${lacking.length} classes`}: ${some(lacking)}`,
        ];
  });
}
