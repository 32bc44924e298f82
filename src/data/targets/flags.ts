import { fail } from '../../diagnostics.js';
import type { Targets, Task } from '../../tasks/task.js';
import {
  dataDoesNotFit,
  dataFlagNotTrained,
  dataFlagValue,
  dataNoTargets,
  dataUnknownLabel,
  throwFirst,
} from '../diagnostics.js';
import type { Recording, TargetColumn } from '../recording.js';
import { undivided } from '../split.js';
import type { TargetDef } from './targets.js';

/** Between several labels of one row. */
const SEPARATOR = ';';

/** The names in a label: `hot; loud`, none in an empty one. */
export const namesIn = (label: string): string[] =>
  label
    .split(SEPARATOR)
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Whether labels name several things at once, or columns hold 0 and 1 and nothing else. */
export function areFlags(list: readonly Recording[], columns: readonly TargetColumn[] | undefined): boolean {
  if (columns === undefined) return list.some(({ labels }) => labels.some((label) => label.includes(SEPARATOR)));
  const found = new Set<number>();
  for (const { targets } of list)
    for (const value of targets!) if (!Number.isNaN(value) && found.add(value).size > 2) return false;
  return found.size === 2 && found.has(0) && found.has(1);
}

/**
 * Columns of 0 and 1, or labels that name what is there, become a flag for each output. A row without a label has none of
 * them; an empty cell of a column is no target.
 */
export const flags: TargetDef = {
  read(list, { source, size, everyStep, targets: columns }, { like, unlabelled = false }) {
    const known = like?.labels ?? [];
    const read = columns === undefined ? namedFlags(list, known, unlabelled) : columnFlags(list, columns);
    if (read.labels.length === 0) fail(dataNoTargets(source, known));
    if (like && (size !== like.input.size || known.join('\n') !== read.labels.join('\n')))
      fail(dataDoesNotFit(source, size, read.labels.length, like.input.size, known.length));
    const { thresholds } = like ?? {};
    const task: Task = {
      ...{ name: 'detect' as const, labels: read.labels, everyStep },
      ...(thresholds !== undefined && { thresholds }),
    };
    return {
      strata: undivided(list.length),
      finish: () => ({ task, targets: read.targets }),
    };
  },
  checkParts({ task, targets }, parts, source) {
    const seen = task.labels.map(() => [false, false]);
    for (const i of parts.train)
      targets[i]!.forEach((value, at) => {
        if (!Number.isNaN(value)) seen[at % task.labels.length]![value] = true;
      });
    throwFirst(
      task.labels.flatMap((label, j) =>
        [1, 0].flatMap((value) => (seen[j]![value] ? [] : [dataFlagNotTrained(source, label, value === 1)])),
      ),
    );
  },
  warnings: () => [],
};

interface Flags {
  readonly labels: readonly string[];
  readonly targets: readonly Targets[];
}

function columnFlags(list: readonly Recording[], columns: readonly TargetColumn[]): Flags {
  const n = columns.length;
  throwFirst(
    list.flatMap(({ source, targets }) => {
      const at = targets!.findIndex((value) => value !== 0 && value !== 1 && !Number.isNaN(value));
      return at < 0 ? [] : [dataFlagValue(source, columns[at % n]!.name, targets![at]!)];
    }),
  );
  return { labels: columns.map(({ name }) => name), targets: list.map(({ targets }) => Float32Array.from(targets!)) };
}

/** `known`: those of a model, in its order; otherwise all that occur, by code unit. */
function namedFlags(list: readonly Recording[], known: readonly string[], unlabelled: boolean): Flags {
  const found = new Set(list.flatMap(({ labels }) => labels.flatMap(namesIn)));
  const labels = known.length > 0 ? known : [...found].sort();
  const index = new Map(labels.map((label, j) => [label, j]));
  if (!unlabelled)
    throwFirst(
      list.flatMap(({ source, labels: own }) => {
        const strange = own.flatMap(namesIn).find((name) => !index.has(name));
        return strange === undefined ? [] : [dataUnknownLabel(source, strange)];
      }),
    );
  const targets = list.map(({ labels: own }) => {
    const flagsOf = new Float32Array(own.length * labels.length).fill(unlabelled ? Number.NaN : 0);
    own.forEach((label, row) => {
      for (const name of namesIn(label)) if (index.has(name)) flagsOf[row * labels.length + index.get(name)!] = 1;
    });
    return flagsOf;
  });
  return { labels, targets };
}
