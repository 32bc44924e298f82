import { fail } from '../../diagnostics.js';
import { TASKS } from '../../tasks/index.js';
import type { TaskDef, TaskName } from '../../tasks/task.js';
import { dataEmptyPart, dataTaskTargets, throwFirst } from '../diagnostics.js';
import { PARTS, type Recording } from '../recording.js';
import { type Parts, splitRecordings } from '../split.js';
import type { Wishes } from '../wishes.js';
import { classes } from './classes.js';
import { areFlags, flags } from './flags.js';
import { inputs } from './inputs.js';
import type { RecordingFacts, TargetDef, TargetWishes, Wanted } from './targets.js';
import { values } from './values.js';

const TARGETS: { readonly [K in TaskDef['targets']]: TargetDef } = { classes, values, flags, inputs };

export const targetsOf = (task: TaskName): TargetDef => TARGETS[TASKS[task].targets];

/** The task of a model, or the one that is asked for, or else the one that recordings look like. */
function taskOf(
  list: readonly Recording[],
  { source, targets }: RecordingFacts,
  { like, task }: Pick<Wishes, 'like' | 'task'>,
): TaskName {
  if (like !== undefined) return like.task ?? 'classify';
  const labelled = targets === undefined;
  if (task === 'classify' && !labelled) fail(dataTaskTargets(source, task));
  return task ?? (areFlags(list, targets) ? 'detect' : labelled ? 'classify' : 'regress');
}

/** Targets and parts of recordings; the values of recordings are not looked at, and need not be there yet. */
export function divide(
  list: readonly Recording[],
  facts: RecordingFacts,
  wishes: Pick<Wishes, 'split' | 'task'> & TargetWishes,
): Wanted & { readonly parts: Parts<Int32Array> } {
  const def = targetsOf(taskOf(list, facts, wishes));
  const { strata, finish } = def.read(list, facts, wishes);
  const rule = wishes.split ?? { kind: list.some(({ part }) => part !== undefined) ? 'given' : 'ratio' };
  if (rule.kind === 'all' && !wishes.like) fail(dataEmptyPart(facts.source, 'train'));
  const parts = splitRecordings(list, strata.of, strata.names, rule);
  if (rule.kind !== 'all')
    throwFirst(PARTS.filter((part) => parts[part].length === 0).map((part) => dataEmptyPart(facts.source, part)));
  const wanted = finish(parts.train);
  if (rule.kind !== 'all' && !wishes.like) def.checkParts(wanted, parts, facts.source);
  return { ...wanted, parts };
}
