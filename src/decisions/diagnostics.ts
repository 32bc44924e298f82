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

export const decisionMissing = (): Diagnostic => ({
  code: 'decision',
  at: '/decision',
  message: 'the model has none, so that a stream reports nothing',
  hint: 'rnnq eval --stream --background <folder> --false-alarms 0.5/h writes one: docs/always-on.md',
});

export const streamClassesMissing = (task: string): Diagnostic => ({
  code: 'decision',
  at: '/task',
  message: `is ${show(task)}: a stream is evaluated by what a network reports: classes, outputs that detect, or anomalies`,
  hint: 'rnnq eval without --stream measures the outputs of this model',
});

export const frontEndMissing = (): Diagnostic => ({
  code: 'front_end',
  at: '/input/frontEnd',
  message: 'the model has no front end for the samples of one channel, which a stream of sound needs',
  hint: 'rnnq train writes one for recordings of sound, and with --front-end for tables of counts',
});
