import type { Diagnostic } from '../../diagnostics.js';
import { type Model, type OutputQuantity, outputSize } from '../../ir/model.js';
import type { Rate } from '../../ir/rate.js';

export const outputsMismatch = (expected: number, found: number): Diagnostic => ({
  code: 'outputs_mismatch',
  at: '/outputs',
  message:
    expected === 0
      ? `${found} quantities in a model whose outputs are classes`
      : `the network has ${expected} outputs, found ${found} quantities`,
  hint: 'a model with the task "regress" has one entry of `outputs` for each unit of its last layer, any other model none',
});

export const outputsNotDense = (index: number): Diagnostic => ({
  code: 'outputs_not_dense',
  at: `/layers/${index}/type`,
  message: 'the last layer of a network that predicts quantities, detects or finds anomalies is a dense one',
  hint: 'put a dense layer behind it; a conv1d layer with "keeps": "partial" is one of all steps',
});

export const outputRange = (
  at: string,
  { name, scale, offset, decimals }: OutputQuantity,
  fraction: number,
): Diagnostic => ({
  code: 'output_range',
  at,
  message:
    `${JSON.stringify(name)} = ${offset} + ${scale} * y * 2^-${fraction} does not fit 32-bit integers` +
    (decimals === undefined ? '' : ` with ${decimals} decimals`),
  hint:
    decimals === undefined
      ? 'give the target column in a larger unit'
      : 'fewer decimals, or none: they are then chosen',
});

export const thresholdsMismatch = (expected: number, found: number): Diagnostic => ({
  code: 'thresholds_mismatch',
  at: '/thresholds',
  message:
    expected === 0
      ? `${found} thresholds in a model that detects nothing`
      : `the network has ${expected} outputs, found ${found} thresholds`,
  hint: 'a model with the task "detect" has one threshold for each unit of its last layer, or none: then all are 0',
});

export const thresholdRange = (at: string, threshold: number, fraction: number): Diagnostic => ({
  code: 'threshold_range',
  at,
  message: `${threshold} is beyond the output codes, which have ${fraction} fraction bits: at most ${32767 / 2 ** fraction}`,
  hint: 'a threshold is a logit; 0 is a probability of a half',
});

export const outputRateRange = ({ first, stride }: Rate, most: number): Diagnostic => ({
  code: 'output_rate',
  at: '/layers',
  message: `the first output comes with time step ${first} and others every ${stride} steps; both are at most ${most}`,
  hint: 'windows and strides of layers behind each other multiply: make them shorter',
});

export const anomalyRate = (): Diagnostic => ({
  code: 'anomaly_rate',
  at: '/anomaly',
  message: 'anomalies are found in predictions of every time step, and this network does not give an output after each',
  hint: 'layers with a window need "first": 1 and "stride": 1 in such a network',
});

export const anomalyMissing = (task: Model['task']): Diagnostic => ({
  code: 'anomaly_mismatch',
  at: '/anomaly',
  message:
    task === 'anomaly' ? 'is missing in a model that finds anomalies' : 'in a model with another task than "anomaly"',
  hint: 'a model with the task "anomaly" has `anomaly` with ahead, smoothing and threshold, any other model none',
});

export const anomalyMismatch = (model: Model): Diagnostic => ({
  code: 'anomaly_mismatch',
  at: '/input',
  message:
    model.input.encoding === 'one-hot'
      ? 'a network that finds anomalies predicts values, not one-hot symbols'
      : `the network has ${outputSize(model)} outputs for ${model.input.size} values of a time step`,
  hint: 'a network that finds anomalies predicts its own input: an output for each of its values',
});

/** Of a network that gives windows back (N17). */
export const repeatMisfit = (at: string, message: string): Diagnostic => ({
  code: 'repeat_misfit',
  at,
  message,
  hint: 'a network that gives windows back has recurrent layers, one repeat layer, recurrent layers, then dense ones; the task "anomaly" with "ahead": 0 and "smoothing": 0',
});

export const anomalyThreshold = (threshold: number, most: number): Diagnostic => ({
  code: 'anomaly_threshold',
  at: '/anomaly/threshold',
  message: `${threshold} is beyond the largest score of this network, ${most}`,
  hint: 'a score is a sum of squared differences of scaled values',
});
