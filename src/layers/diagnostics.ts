import type { Diagnostic } from '../diagnostics.js';

/** Of a layer that computes each output from the input of the same number. */
export const layerUnits = (at: string, type: string, expected: number, found: number): Diagnostic => ({
  code: 'layer_units',
  at,
  message: `a ${type} layer has as many units as inputs: ${expected}, not ${found}`,
});

export const layerOneHot = (at: string, type: string): Diagnostic => ({
  code: 'layer_one_hot',
  at,
  message: `a ${type} layer cannot read a one-hot input`,
  hint: 'put it behind the first recurrent or dense layer',
});

export const reluBits = (at: string): Diagnostic => ({
  code: 'relu_bits',
  at: `${at}/activation`,
  message:
    'relu in a GRU or an LSTM needs activations of 16 bits: its values have no limit, and 8 bits lose the small ones',
  hint: 'set "activationBits": 16 and choose all formats again (rnnq import does so by itself), or train with tanh',
});

export const windowSize = (at: string, most: number, found: number): Diagnostic => ({
  code: 'window_size',
  at,
  message: `the inputs of a window have ${found} elements, at most ${most} are possible`,
  hint: 'the state holds all of them: take a shorter window, or fewer values of a time step',
});

export const windowOverlap = (at: string, window: number, first: number, stride: number): Diagnostic => ({
  code: 'window_overlap',
  at,
  message: `partial results need windows of 2 inputs or more, one behind the other: window ${window}, first ${first}, stride ${stride}`,
  hint: 'give all three the same number, or leave "keeps" out: the state holds the inputs of the window then',
});

const fractionOfInput = (type: string, expected: number, found: number): string =>
  `a ${type} layer gives codes of the fraction of its input: ${expected} bits, not ${found}`;

export const poolFraction = (at: string, expected: number, found: number): Diagnostic => ({
  code: 'pool_fraction',
  at,
  message: fractionOfInput('pool', expected, found),
});

export const repeatFraction = (at: string, expected: number, found: number): Diagnostic => ({
  code: 'repeat_fraction',
  at,
  message: fractionOfInput('repeat', expected, found),
});

export const lastActivation = (at: string, activation: string): Diagnostic => ({
  code: 'last_activation',
  at,
  message: `the last layer of a network has no ${activation}`,
  hint:
    activation === 'sigmoid'
      ? 'make it linear: a sigmoid is above a half where its logit is above 0, and the largest logit is the largest sigmoid'
      : 'make it linear or relu: outputs have 16 bits, and the application computes the tanh where it needs it',
});
