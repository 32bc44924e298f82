import type { Diagnostic } from '../diagnostics.js';

// What can be wrong with a training.

export const badTrainingOption = (option: string, message: string): Diagnostic => ({
  code: 'bad_training_option',
  at: option,
  message,
});

export const trainingDiverged = (step: number, loss: number, norm: number): Diagnostic => ({
  code: 'training_diverged',
  at: `step ${step}`,
  message: `the loss is ${loss}, the norm of the gradient ${norm}`,
  hint: 'lower --rate, or look for NaN and outliers in the data',
});
