import { expect, test } from 'vitest';
import { renameFormerOptions } from '../../../src/train/former-options.js';
import { checkTrainOptions, parseTrainOptions } from '../../../src/train/options.js';

/** What a run folder of an earlier version has of the options whose names changed. */
const former = {
  ...{ window: 40, threshold: 0.9, fakeQuantizationFrom: 0.5, distillation: { weight: 0.3, temperature: 4 } },
  ...{ cell: 'gru', units: [8] },
};

test('options of an earlier version are read under their present names', () => {
  const present = checkTrainOptions({
    ...{
      backpropSteps: 40,
      zeroThreshold: 0.9,
      quantizeActivationsFrom: 0.5,
      distillWeight: 0.3,
      distillTemperature: 4,
    },
    ...{ cell: 'gru', units: [8] },
  });
  expect(parseTrainOptions(renameFormerOptions(former))).toEqual(present);
  expect(renameFormerOptions(present)).toEqual(present);
});

test.each([null, 5, [1], { distillation: null }])('%j gets no further than the rules of the options', (options) => {
  expect(() => renameFormerOptions(options)).not.toThrow();
});
