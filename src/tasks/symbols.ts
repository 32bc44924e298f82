import { CLASSES } from './classes.js';
import { percent, type TaskDef } from './task.js';

/** Bits per symbol (of characters: BPC) of a mean cross-entropy in nats. */
const bits = (loss: number): number => loss / Math.LN2;

/** The next symbol of a text, after every symbol. */
export const symbols: TaskDef = {
  ...CLASSES,
  select: [{ metric: 'loss', better: 'lower' }],
  text: () => ({
    columns: ['accuracy', 'loss, nats', 'bits per step', 'perplexity'],
    cells: ({ accuracy, loss }) => [
      percent(accuracy!),
      loss.toFixed(4),
      bits(loss).toFixed(4),
      Math.exp(loss).toFixed(3),
    ],
    headline: ({ loss }) => `${bits(loss).toFixed(4)} bits per step`,
    curve: { quantity: 'bits per step', of: bits },
  }),
};
