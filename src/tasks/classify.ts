import { CLASSES } from './classes.js';
import { percent, type TaskDef } from './task.js';

/** One of several classes, for a sequence or for each of its steps. */
export const classify: TaskDef = {
  ...CLASSES,
  figures: () => [
    { metric: 'accuracy', unit: 'share', better: 'higher' },
    { metric: 'balancedAccuracy', unit: 'share', better: 'higher' },
    { metric: 'macroF1', unit: 'share', better: 'higher' },
    { metric: 'loss', unit: 'nats', better: 'lower' },
  ],
  select: [
    { metric: 'accuracy', better: 'higher' },
    { metric: 'loss', better: 'lower' },
  ],
  alsoSelect: [
    { metric: 'balancedAccuracy', better: 'higher' },
    { metric: 'macroF1', better: 'higher' },
  ],
  text: () => ({
    columns: ['accuracy', 'mean recall', 'macro F1', 'loss, nats'],
    cells: ({ accuracy, balancedAccuracy, macroF1, loss }) => [
      ...[accuracy!, balancedAccuracy!, macroF1!].map(percent),
      loss.toFixed(4),
    ],
    headline: ({ accuracy }) => percent(accuracy!),
    curve: { quantity: 'loss, nats', of: (loss) => loss },
  }),
};
