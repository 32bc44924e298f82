import { fail } from '../../diagnostics.js';
import type { Targets } from '../../tasks/task.js';
import { dataClassNotTrained, dataTooFewClasses, dataUnknownLabel, throwFirst } from '../diagnostics.js';
import { checkFit } from '../fit.js';
import { labelWarnings } from '../label-warnings.js';
import type { Recording } from '../recording.js';
import { undivided } from '../split.js';
import type { TargetDef } from './targets.js';

/** Labels become classes: one of a recording, or one of each of its steps; no label: no target. */
export const classes: TargetDef = {
  read(list, { source, size, everyStep }, { like, unlabelled = false, background }) {
    const found = labelsOf(list, source, unlabelled ? 0 : like || background !== undefined ? 1 : 2);
    if (like) checkFit(source, { size }, unlabelled ? 0 : found.length, like);
    const labels = like?.labels.length ? like.labels : found;
    const targets = targetsOf(list, labels, unlabelled);
    // where labels change within a sequence, no class could be kept in proportion
    const strata = everyStep
      ? undivided(list.length)
      : { of: Int32Array.from(targets, (own) => own[0]!), names: labels };
    return { strata, finish: () => ({ task: { name: 'classify', labels, everyStep }, targets }) };
  },
  checkParts({ task, targets }, parts, source) {
    const trained = new Set<number>();
    for (const i of parts.train) for (const target of targets[i]!) trained.add(target);
    throwFirst(task.labels.flatMap((label, c) => (trained.has(c) ? [] : [dataClassNotTrained(source, label)])));
  },
  warnings: ({ labels }) => labelWarnings(labels),
};

/** The labels in use: whole numbers in their order, other texts by code unit, whatever the order of the recordings. */
function labelsOf(list: readonly Recording[], source: string, least: number): string[] {
  const found = new Set<string>();
  for (const { labels } of list) for (const label of labels) if (label !== '') found.add(label);
  if (found.size < least) fail(dataTooFewClasses(source, [...found]));
  const labels = [...found].sort();
  return labels.every((label) => /^-?\d+$/.test(label)) ? labels.sort((a, b) => Number(a) - Number(b)) : labels;
}

function targetsOf(list: readonly Recording[], labels: readonly string[], unlabelled: boolean): Targets[] {
  const numbers = new Map(labels.map((label, c) => [label, c]));
  numbers.set('', -1);
  const strange = unlabelled ? [] : list;
  throwFirst(
    strange.flatMap(({ source, labels: own }) => {
      const unknown = own.find((label) => !numbers.has(label));
      return unknown === undefined ? [] : [dataUnknownLabel(source, unknown)];
    }),
  );
  return list.map(({ labels: own }) => Int32Array.from(own, (label) => numbers.get(label) ?? -1));
}
