import type { Command } from 'commander';
import { MAX_COUNT } from './compile-options.js';
import { wholeNumber } from './option-values.js';

/** Options of rnnq train that decide how many trainings are made, and from what. */
export const addTrialOptions = (command: Command): Command =>
  command
    .option('--warm-start <run>', 'folder of a run whose weights the training starts from')
    .option('--teacher <run>', 'folder of a float run to distil from')
    .option('--distill', 'train the float network of the same size first, and distil from it')
    .option(
      '--seeds <n>',
      'trainings with so many seeds; the best on the validation part is kept',
      wholeNumber('--seeds', 1, 100),
      1,
    )
    .option(
      '--folds <k>',
      'before it, k trainings that each leave out another part as test part',
      wholeNumber('--folds', 2, 100),
    )
    .option('-t, --target <core>', 'with --weights auto: the core whose flash, RAM and cycles count (cortex-m4)')
    .option(
      '--max-flash <n>',
      'with --weights auto: maximum bytes of flash (those of the ternary network)',
      wholeNumber('--max-flash', 1, MAX_COUNT),
    )
    .option(
      '--max-ram <n>',
      'with --weights auto: maximum bytes of state and scratch',
      wholeNumber('--max-ram', 1, MAX_COUNT),
    )
    .option(
      '--max-cycles <n>',
      'with --weights auto: maximum cycles of a step (modelled)',
      wholeNumber('--max-cycles', 1, MAX_COUNT),
    );
