import { fail } from '../../diagnostics.js';
import { type InputTargets, noTarget } from '../../tasks/task.js';
import { dataDoesNotFit, dataNothingNormal, dataTaskTargets, dataTooShortToPredict } from '../diagnostics.js';
import type { Recording } from '../recording.js';
import { undivided } from '../split.js';
import type { TargetDef } from './targets.js';

/** Labels of what is normal, where the user names none. */
const NORMAL = ['normal', '0'];

/** Labels of steps that are no anomalies; a step without a label is none, too. */
export const normalLabels = (normal: readonly string[] = NORMAL): ReadonlySet<string> => new Set([...normal, '']);

/**
 * The input `ahead` steps later becomes the target of a step; labels say which steps are anomalies, which are not learned.
 * What is read are flags; the rest of a row comes from the codes.
 */
export const inputs: TargetDef = {
  read(list, { source, size, channels, targets: columns }, { like, ahead: wished = 1, normal = NORMAL }) {
    if (columns !== undefined) fail(dataTaskTargets(source, 'anomaly'));
    if (like && size !== like.input.size) fail(dataDoesNotFit(source, size, size, like.input.size, like.input.size));
    const ahead = like?.anomaly?.ahead ?? wished;
    const names = normalLabels(normal);
    const labels = new Set(list.flatMap(({ labels: own }) => (own.length === 0 ? [''] : [...new Set(own)])));
    if (like === undefined && ![...labels].some((label) => names.has(label)))
      fail(dataNothingNormal(source, [...labels].sort(), normal));
    const task = {
      ...({ name: 'anomaly', everyStep: true, ahead } as const),
      labels: channels?.map(({ name }) => name) ?? Array.from({ length: size }, (_, i) => `value ${i + 1}`),
      ...(like?.anomaly && { thresholds: [like.anomaly.threshold] }),
    };
    return {
      strata: undivided(list.length),
      finish: () => ({ task, targets: list.map((recording) => flagsOf(recording, size, names)) }),
    };
  },
  settled: (task, { fraction }) => ({ ...task, unit: 2 ** -fraction }),
  /** Rows of the targets of `Task.ahead`: codes of the input so many steps later, none in front of a gap and of anomalies; the flag. */
  complete({ gaps = [] }, flags, codes, { size }, { ahead = 1 }) {
    const rows = new (codes.constructor as new (length: number) => InputTargets)(flags.length * (size + 1));
    const none = noTarget(rows);
    rows.fill(none);
    for (let t = 0; t < flags.length; t++) {
      rows[t * (size + 1) + size] = flags[t]!;
      const later = t + ahead;
      if (later >= flags.length || flags[later] === 1 || gaps.some((gap) => gap > t && gap <= later)) continue;
      for (let j = 0; j < size; j++) rows[t * (size + 1) + j] = Math.max(none + 1, codes[later * size + j]!);
    }
    return rows;
  },
  checkParts({ task, targets }, parts, source) {
    const { ahead = 1 } = task;
    for (const part of ['train', 'validation'] as const) {
      const longest = parts[part].reduce((most, i) => Math.max(most, targets[i]!.length), 0);
      // 0: values that are not computed yet
      if (longest > 0 && longest <= ahead) fail(dataTooShortToPredict(source, part, longest, ahead));
    }
  },
  warnings: () => [],
};

/** 1 where a step is an anomaly, otherwise 0. */
function flagsOf({ values, labels }: Recording, size: number, normal: ReadonlySet<string>): Int8Array {
  const single = labels.length <= 1;
  return Int8Array.from({ length: values.length / size }, (_, t) => Number(!normal.has(labels[single ? 0 : t] ?? '')));
}
