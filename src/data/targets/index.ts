import { fail } from '../../diagnostics.js';
import { TASKS } from '../../tasks/index.js';
import type { TaskDef, TaskName } from '../../tasks/task.js';
import { dataEmptyPart, throwFirst } from '../diagnostics.js';
import { PARTS, type Recording } from '../recording.js';
import { type Parts, splitRecordings } from '../split.js';
import type { Wishes } from '../wishes.js';
import { classes } from './classes.js';
import type { RecordingFacts, TargetDef, Wanted } from './targets.js';

const TARGETS: { readonly [K in TaskDef['targets']]: TargetDef } = { classes };

/** The task that recordings have where none is named. */
export const targetsOf = (task: TaskName = 'classify'): TargetDef => TARGETS[TASKS[task].targets];

/** Targets and parts of recordings; the values of recordings are not looked at, and need not be there yet. */
export function divide(
  list: readonly Recording[],
  facts: RecordingFacts,
  wishes: Pick<Wishes, 'split' | 'like' | 'unlabelled'>,
): Wanted & { readonly parts: Parts<Int32Array> } {
  const def = targetsOf();
  const wanted = def.read(list, facts, wishes);
  const rule = wishes.split ?? { kind: list.some(({ part }) => part !== undefined) ? 'given' : 'ratio' };
  if (rule.kind === 'all' && !wishes.like) fail(dataEmptyPart(facts.source, 'train'));
  const parts = splitRecordings(list, wanted.strata.of, wanted.strata.names, rule);
  if (rule.kind !== 'all') {
    throwFirst(PARTS.filter((part) => parts[part].length === 0).map((part) => dataEmptyPart(facts.source, part)));
    if (!wishes.like) def.checkParts(wanted, parts, facts.source);
  }
  return { ...wanted, parts };
}
