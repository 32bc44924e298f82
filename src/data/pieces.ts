import { type Codes, stepLength } from '../ir/model.js';
import { type Targets, targetRows } from '../tasks/task.js';
import type { Dataset, Split } from './dataset.js';

/** Streams are evaluated in pieces of so many steps, each from the zero state, so that one figure means the same everywhere. */
export const EVALUATION_STEPS = 1000;

/** What is evaluated of a split: its sequences, or the pieces of its streams. */
export function evaluationPieces(
  { stream, input, task }: Pick<Dataset, 'stream' | 'input' | 'task'>,
  split: Split,
): Split {
  if (!stream) return split;
  const width = stepLength(input);
  const pieces: { sequences: Codes[]; targets: Targets[] } = { sequences: [], targets: [] };
  split.sequences.forEach((codes, i) => {
    const targets = split.targets[i]!;
    for (let at = 0; at * width < codes.length; at += EVALUATION_STEPS) {
      pieces.sequences.push(codes.subarray(at * width, (at + EVALUATION_STEPS) * width));
      pieces.targets.push(targetRows(targets, at, at + EVALUATION_STEPS, task));
    }
  });
  return pieces;
}
