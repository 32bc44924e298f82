import { fail } from '../diagnostics.js';
import { dataNoWindow, dataWindowRate } from './diagnostics.js';
import type { Duration } from './options.js';
import type { Recording, Recordings } from './recording.js';

/** Steps of a window, and from one window to the next. */
export interface WindowSteps {
  readonly length: number;
  readonly stride: number;
}

/** The lengths that a user gave in steps; without a stride, windows follow each other. */
export function windowSteps(recordings: Recordings, window: Duration, stride: Duration | undefined): WindowSteps {
  const length = stepsOf('--window', window, recordings);
  return { length, stride: stride === undefined ? length : stepsOf('--stride', stride, recordings) };
}

/** What is made of long recordings. */
export interface WindowWishes extends WindowSteps {
  /** Of recordings with labels at each step: that of the last step, the most frequent one, or of windows of one label only. */
  readonly label: 'end' | 'majority' | 'unmixed';
  /** Labels of steps stay labels of steps. */
  readonly everyStep: boolean;
}

/** Steps of a length of time. */
export function stepsOf(
  option: string,
  duration: Duration,
  { rate, source }: Pick<Recordings, 'rate' | 'source'>,
): number {
  if ('steps' in duration) return duration.steps;
  if (rate === undefined) return fail(dataWindowRate(source, option));
  const steps = Math.round(duration.seconds * rate);
  return steps >= 1 ? steps : fail(dataWindowRate(source, option, rate));
}

/**
 * Recordings cut into windows of equal length, each with one label; a window spans no gap, what is left at the end is
 * dropped, and so are windows without a label. A window belongs to the part and the group of its recording.
 */
export function cutWindows(recordings: Recordings, wishes: WindowWishes): Recordings {
  const { size, source, list, everyStep } = recordings;
  const { length, stride } = wishes;
  const windows = list.flatMap((recording) => windowsOf(recording, size, wishes));
  const longest = list.reduce((most, { values }) => Math.max(most, values.length / size), 0);
  if (windows.length === 0) fail(dataNoWindow(source, length, longest));
  const short = list.filter(({ values }) => values.length < length * size).length;
  const notes = [
    ...(recordings.notes ?? []),
    ...(short > 0
      ? [`${short} of ${list.length} recordings are shorter than a window of ${length} steps: left out`]
      : []),
    ...(stride > length ? [`a stride of ${stride} steps leaves out ${stride - length} steps after each window`] : []),
  ];
  return { ...recordings, everyStep: everyStep && wishes.everyStep, notes, list: windows };
}

function windowsOf(recording: Recording, size: number, wishes: WindowWishes): Recording[] {
  const { length, stride } = wishes;
  const { gaps = [], ...rest } = recording;
  const windows: Recording[] = [];
  const steps = rest.values.length / size;
  for (const [i, from] of [0, ...gaps].entries()) {
    const end = gaps[i] ?? steps;
    for (let at = from; at + length <= end; at += stride) {
      const labels = labelsOf(rest.labels, at, wishes);
      if (labels === undefined) continue;
      const { source, name } = rest;
      const own = partOf(rest, size, at, length);
      const targets = own.targets && (wishes.everyStep ? own.targets : targetsOf(own.targets, length, wishes));
      if (targets?.every(Number.isNaN)) continue;
      const place = { source: `${source}, step ${at}`, name: `${name}@${at}` };
      windows.push({ ...own, ...place, labels, ...(targets && { targets }) });
    }
  }
  return windows;
}

/** The label of a window, or undefined where it has none. */
function labelsOf(
  labels: readonly string[],
  from: number,
  { length, label, everyStep }: WindowWishes,
): readonly string[] | undefined {
  if (labels.length <= 1) return labels;
  const own = labels.slice(from, from + length);
  if (everyStep) return own;
  const found =
    label === 'end' ? own.at(-1)! : label === 'majority' ? mostFrequent(own) : new Set(own).size > 1 ? '' : own[0]!;
  return found === '' ? undefined : [found];
}

/** What is wanted of a window: its last row, or the mean of its rows. */
function targetsOf(targets: Float64Array, length: number, { label }: WindowWishes): Float64Array {
  const width = targets.length / length;
  if (label !== 'majority') return targets.slice(-width);
  const means = new Float64Array(width);
  targets.forEach((value, i) => {
    means[i % width]! += value / length;
  });
  return means;
}

/** The first of the most frequent texts. */
function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce((best, other) => (other[1] > best[1] ? other : best))[0];
}

/** So many steps of a recording from one on; its single label, or those of the steps. */
export function partOf(recording: Recording, size: number, from: number, length: number): Recording {
  const { values, targets, labels, gaps, ...rest } = recording;
  const steps = values.length / size;
  const width = targets === undefined || targets.length < steps ? 0 : targets.length / steps;
  const own = gaps?.filter((gap) => gap > from && gap < from + length).map((gap) => gap - from) ?? [];
  return {
    ...rest,
    values: values.subarray(from * size, (from + length) * size),
    labels: labels.length === steps && steps > 1 ? labels.slice(from, from + length) : labels,
    ...(targets && { targets: width === 0 ? targets : targets.subarray(from * width, (from + length) * width) }),
    ...(own.length > 0 && { gaps: own }),
  };
}
