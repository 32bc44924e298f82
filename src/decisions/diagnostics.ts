import { type Diagnostic, show } from '../diagnostics.js';

// What can be wrong with the decision of a model.json.

export const decisionMisfit = (at: string, value: unknown, expected: string): Diagnostic => ({
  code: 'decision',
  at,
  message: `${show(value)} is not ${expected}`,
});

export const decisionWithoutStream = (at: string): Diagnostic => ({
  code: 'decision',
  at,
  message: 'the model has no input.frontEnd, so that nothing calls its decision',
  hint: 'remove it, or train the model of recordings: rnnq train writes the front end',
});
