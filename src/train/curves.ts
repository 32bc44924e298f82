import { taskDef } from '../tasks/index.js';
import type { Task } from '../tasks/task.js';
import type { Metric } from './checkpoint.js';

/** Curves of a training: the loss, as its task shows it. */
export function curvesOf(metrics: readonly Metric[], task: Task) {
  const { quantity, of } = taskDef(task).text(task).curve;
  const x = metrics.map(({ update }) => update);
  const y = (value: (metric: Metric) => number | null) => metrics.map((m) => of(value(m) ?? Number.NaN));
  return {
    quantity,
    curves: [
      { label: 'training', x, y: y((m) => m.loss) },
      { label: 'validation', x, y: y((m) => m.validation?.loss ?? null) },
    ],
  };
}
