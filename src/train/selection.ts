import { badOption, fail } from '../diagnostics.js';
import { TASKS, taskDef } from '../tasks/index.js';
import type { Criterion, Task, TaskDef } from '../tasks/task.js';
import { alternatives } from '../validate.js';

/** macroF1 -> macro-f1 */
const metricOption = (metric: string): string => metric.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

const criteriaOf = ({ select, alsoSelect = [] }: TaskDef): readonly Criterion[] => [...select, ...alsoSelect];

/** Every name that the option `select` may have with some task. */
export const SELECTABLE = [
  ...new Set(Object.values(TASKS).flatMap((def) => criteriaOf(def).map(({ metric }) => metricOption(metric)))),
] as [string, ...string[]];

/**
 * By which figures of the validation part networks are compared: the one that the option `select` names, the macro F1
 * where classes are balanced by weights, or else the task's own; ties by the loss.
 */
export function selection(
  task: Task,
  { select, classWeights }: { readonly select?: string | undefined; readonly classWeights: 'none' | 'balanced' },
): Pick<TaskDef, 'select'> {
  const { select: usual } = taskDef(task);
  const criteria = criteriaOf(taskDef(task));
  const chosen = select ?? (classWeights === 'balanced' ? 'macro-f1' : undefined);
  if (chosen === undefined) return { select: usual };
  const found = criteria.find(({ metric }) => metricOption(metric) === chosen);
  if (found !== undefined) return { select: [found, { metric: 'loss', better: 'lower' }] };
  if (select === undefined) return { select: usual };
  return fail(badOption('select', select, alternatives(criteria.map(({ metric }) => metricOption(metric)))));
}
