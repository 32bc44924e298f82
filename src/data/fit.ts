import { fail } from '../diagnostics.js';
import type { InputScaling } from '../ir/model.js';
import { dataDoesNotFit } from './diagnostics.js';
import type { TrainedInput } from './wishes.js';

/** The data have the inputs of the model, and no more classes than it. */
export function checkFit(
  source: string,
  { size, encoding }: Pick<InputScaling, 'size' | 'encoding'>,
  classes: number,
  { input, labels }: TrainedInput,
): void {
  const most = labels.length || classes;
  if (size !== input.size || encoding !== input.encoding || classes > most)
    fail(dataDoesNotFit(source, size, classes, input.size, most));
}
