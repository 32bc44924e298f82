import { throwIfAny } from '../diagnostics.js';
import { dataUnknownClass } from './diagnostics.js';
import type { CheckedDataOptions } from './options.js';
import type { Part, Recording, Recordings } from './recording.js';
import { type SplitRule, splitRecordings, undivided } from './split.js';
import { cutWindows, partOf, windowSteps } from './windows.js';

// What is done with recordings before they become a data set: classes are chosen, parts are divided, windows are cut.

/** The user's choice of classes. */
export interface ClassWishes {
  readonly classes?: readonly string[] | undefined;
  readonly others?: string | undefined;
  /** Data of a trained model may lack some of its classes. */
  readonly like?: unknown;
}

/**
 * Recordings of the chosen classes alone; those of other labels become the class `others`, or are left out. Steps of other
 * labels count as steps without one.
 */
export function chooseClasses(
  list: readonly Recording[],
  source: string,
  { classes, others, like }: ClassWishes,
): { list: readonly Recording[]; notes: string[] } {
  if (classes === undefined) return { list, notes: [] };
  const found = new Map<string, number>();
  for (const { labels } of list)
    for (const label of new Set(labels)) if (label !== '') found.set(label, (found.get(label) ?? 0) + 1);
  const known = [...found.keys()].sort();
  if (like === undefined)
    throwIfAny(classes.filter((name) => !found.has(name)).map((name) => dataUnknownClass(source, name, known)));
  const chosen = new Set([...classes, others ?? '', '']);
  const rename = (label: string): string => (chosen.has(label) ? label : (others ?? ''));
  const renamed = list
    .map((recording) => ({ ...recording, labels: recording.labels.map(rename) }))
    .filter(({ labels }) => labels.some((label) => label !== ''));
  const left = known.filter((label) => !chosen.has(label));
  const count = left.reduce((sum, label) => sum + found.get(label)!, 0);
  const shown = left.slice(0, 5).join(', ') + (left.length > 5 ? ', ...' : '');
  const fact = others === undefined ? 'left out: not among --classes' : `are the class ${JSON.stringify(others)}`;
  return {
    list: renamed,
    notes: left.length === 0 ? [] : [`${count} recordings of ${left.length} other labels (${shown}) ${fact}`],
  };
}

/** Recordings as makeDataset takes them; with windows or a split in time, each knows its part. */
export function prepare(
  recordings: Recordings,
  options: Pick<
    CheckedDataOptions,
    'classes' | 'others' | 'like' | 'split' | 'window' | 'stride' | 'windowLabel' | 'labelsAt' | 'task'
  >,
): { recordings: Recordings; split: SplitRule | undefined } {
  const { split, window, stride, windowLabel = 'end', labelsAt, task = options.like?.task } = options;
  const everyStep = labelsAt === 'every-step' || task === 'anomaly';
  const { list, notes } = chooseClasses(recordings.list, recordings.source, options);
  let own: Recordings = { ...recordings, list, notes: [...(recordings.notes ?? []), ...notes] };
  if (window === undefined && split?.kind !== 'time') return { recordings: own, split };
  // a length that does not fit is refused before a split that does not
  const lengths = window && windowSteps(own, window, stride);
  own = { ...own, list: split?.kind === 'time' ? cutInTime(own) : withParts(own, split) };
  if (lengths) own = cutWindows(own, { ...lengths, label: windowLabel, everyStep });
  return { recordings: own, split: split?.kind === 'all' ? split : { kind: 'given' } };
}

/** As prepare; of a split that is asked for, each recording has its part. */
export function prepareParts(recordings: Recordings, options: CheckedDataOptions): Recordings {
  const whole = options.window !== undefined && options.split === undefined;
  const { recordings: own, split } = prepare(recordings, whole ? { ...options, split: { kind: 'all' } } : options);
  return split === undefined ? own : { ...own, list: withParts(own, split) };
}

/** Recordings with their parts, by a rule. */
function withParts(recordings: Recordings, wished: SplitRule | undefined): Recording[] {
  const { list } = recordings;
  const rule = wished ?? {
    kind: list.some(({ part }) => part !== undefined) ? ('given' as const) : ('ratio' as const),
  };
  // where labels change within a recording, no class could be kept in proportion
  const single = list.every(({ labels: own }) => own.every((label) => label === own[0]));
  const labels = single ? [...new Set(list.map((recording) => recording.labels[0]!))].sort() : undivided(0).names;
  const classes = Int32Array.from(list, (recording) => (single ? labels.indexOf(recording.labels[0]!) : 0));
  const parts = splitRecordings(list, classes, labels, rule);
  const all = [...list];
  for (const part of ['train', 'validation', 'test'] as const)
    for (const i of parts[part]) all[i] = { ...list[i]!, part };
  return all;
}

/** Shares of a recording, in the order of time. */
const SHARES: readonly (readonly [Part, from: number, to: number])[] = [
  ['train', 0, 0.8],
  ['validation', 0.8, 0.9],
  ['test', 0.9, 1],
];

function cutInTime({ list, size }: Recordings): Recording[] {
  return SHARES.flatMap(([part, from, to]) =>
    list.flatMap((recording) => {
      const steps = recording.values.length / size;
      const [first, end] = [Math.round(from * steps), Math.round(to * steps)];
      const { source, name } = recording;
      const where = { part, source: `${source}, step ${first}`, name: `${name}@${first}` };
      return end > first ? [{ ...partOf(recording, size, first, end - first), ...where }] : [];
    }),
  );
}
