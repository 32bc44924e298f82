import { CLASSES } from './classes.js';
import { percent, type TaskDef } from './task.js';

/** One of several classes, for a sequence or for each of its steps. */
export const classify: TaskDef = {
  ...CLASSES,
  select: [
    { metric: 'accuracy', better: 'higher' },
    { metric: 'loss', better: 'lower' },
  ],
  text: {
    columns: ['accuracy', 'loss, nats'],
    cells: ({ accuracy, loss }) => [percent(accuracy!), loss.toFixed(4)],
    headline: ({ accuracy }) => percent(accuracy!),
    curve: { quantity: 'loss, nats', of: (loss) => loss },
  },
};
