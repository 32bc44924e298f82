import type { Diagnostic } from '../../diagnostics.js';
import { importAllSteps, importAttribute, importValue } from '../diagnostics.js';
import type { FloatActivation } from '../float-network.js';
import { type Json, numberOf, textOf } from '../json.js';
import { type Tensor, zeros } from '../tensor.js';
import { isDiagnostic, poolSteps, samePadding, type WindowShape, windowRows, windowSteps } from '../windows.js';
import { ACTIVATIONS, activationOf, noActivation } from './activations.js';
import type { KerasReader, KerasWalk } from './walk.js';

/** A number, or a list of one. */
const single = (value: unknown, otherwise: number): number =>
  numberOf(Array.isArray(value) ? value[0] : value, otherwise);

/** Time steps of a sequence behind the last layer; null where the file does not say. */
const stepsOf = (walk: KerasWalk): number | null => (walk.steps === undefined ? walk.window : walk.steps);

/** Window, stride and zeros of a configuration, or why they are not known. */
function shapeOf(at: string, config: Json, walk: KerasWalk, window: number, stride: number): WindowShape | Diagnostic {
  const padding = textOf(config.padding, textOf(config.border_mode, 'valid'));
  if (padding === 'valid') return { window, stride, left: 0, right: 0 };
  if (padding === 'causal') return { window, stride, left: window - 1, right: 0 };
  const same = padding === 'same' ? samePadding(window, stride, stepsOf(walk)) : null;
  return same === null
    ? importAttribute(
        at,
        `padding "${padding}" of a sequence whose length the file does not fix`,
        'use "causal" or "valid"',
      )
    : { window, stride, ...same };
}

/** The weights of a layer by tap, input of its group and filter, with its bias. */
interface Kernel {
  readonly window: number;
  readonly inputs: number;
  readonly units: number;
  readonly groups: number;
  readonly weight: (tap: number, input: number, filter: number) => number;
  readonly bias: Tensor | undefined;
}

/** [taps, inputs of a group, filters] */
function plain(config: Json, [kernel, bias]: readonly Tensor[]): Kernel | null {
  if (kernel?.shape.length !== 3) return null;
  const [window, own, units] = kernel.shape as [number, number, number];
  const groups = numberOf(config.groups, 1);
  const weight = (tap: number, i: number, f: number): number => kernel.data[(tap * own + i) * units + f]!;
  return { window, inputs: own * groups, units, groups, weight, bias };
}

/** [taps, inputs, outputs of each] */
function depthwise(_config: Json, [kernel, bias]: readonly Tensor[]): Kernel | null {
  if (kernel?.shape.length !== 3) return null;
  const [window, inputs, each] = kernel.shape as [number, number, number];
  const weight = (tap: number, _i: number, f: number): number => kernel.data[tap * inputs * each + f]!;
  return { window, inputs, units: inputs * each, groups: inputs, weight, bias };
}

/** A depthwise convolution, then [1, its outputs, filters]: one matrix, which is their product. */
function separable(_config: Json, [depth, point, bias]: readonly Tensor[]): Kernel | null {
  if (depth?.shape.length !== 3 || point?.shape.length !== 3) return null;
  const [window, inputs, each] = depth.shape as [number, number, number];
  const units = point.shape[2]!;
  if (point.shape[0] !== 1 || point.shape[1] !== inputs * each) return null;
  const weight = (tap: number, i: number, f: number): number => {
    let sum = 0;
    for (let k = i * each; k < (i + 1) * each; k++)
      sum += depth.data[tap * inputs * each + k]! * point.data[k * units + f]!;
    return sum;
  };
  return { window, inputs, units, groups: 1, weight, bias };
}

const KERNELS = { Conv1D: plain, DepthwiseConv1D: depthwise, SeparableConv1D: separable } as const;

/** A convolution over time. */
export const convolution =
  (type: keyof typeof KERNELS): KerasReader =>
  ({ config, weights }, walk, source) => {
    const { chain } = walk;
    const at = chain.at(source);
    const kernel = KERNELS[type](config, weights);
    if (kernel === null) return importValue(at, 'its weights are not there');
    if (single(config.dilation_rate, 1) !== 1)
      return importAttribute(at, 'dilation', 'use a longer kernel, or a stride in front');
    if (textOf(config.data_format, 'channels_last') !== 'channels_last')
      return importAttribute(at, 'channels in front of steps', 'save the model with data_format "channels_last"');
    const shape = shapeOf(at, config, walk, kernel.window, single(config.strides ?? config.subsample_length, 1));
    if ('code' in shape) return shape;
    const steps = windowSteps(at, shape, stepsOf(walk));
    if (isDiagnostic(steps)) return steps;
    const activation = activationOf(config.activation ?? 'linear', walk);
    if (typeof activation !== 'object' && !ACTIVATIONS.has(activation))
      return noActivation(at, activation, 'after a convolution');
    const { window, first, stride, late } = steps;
    const { inputs, units, groups, weight, bias } = kernel;
    if (!Number.isInteger(inputs / groups) || !Number.isInteger(units / groups))
      return importValue(at, `has ${groups} groups of ${inputs} inputs and ${units} filters`);
    chain.conv1d(
      source,
      {
        ...{ units, inputs, window, first, stride },
        weights: windowRows(kernel, weight),
        bias: bias?.data ?? zeros(units),
        activation: activation as FloatActivation,
      },
      late,
    );
    if (type !== 'Conv1D' || groups > 1)
      chain.note(`${source}: one matrix of ${units} x ${window * inputs} weights, with zeros between its groups`);
    walk.steps = steps.steps;
    return undefined;
  };

/** The largest or the mean over time. */
export const pooling =
  (f: 'max' | 'mean'): KerasReader =>
  ({ config }, walk, source) => {
    const { chain } = walk;
    const at = chain.at(source);
    const window = single(config.pool_size ?? config.pool_length, 2);
    const shape = shapeOf(at, config, walk, window, single(config.strides ?? config.stride, window));
    if ('code' in shape) return shape;
    const steps = poolSteps(at, shape, stepsOf(walk));
    if (isDiagnostic(steps)) return steps;
    const { first, stride } = steps;
    const units = chain.units ?? walk.inputSize;
    if (units === null) return importValue(at, 'follows no layer whose outputs are known');
    chain.pool(source, { units, inputs: units, window, first, stride, function: f });
    walk.steps = steps.steps;
    return undefined;
  };

/** The largest or the mean of all steps of a sequence whose length the file fixes. */
export const overAllSteps =
  (f: 'max' | 'mean'): KerasReader =>
  ({ type, config }, walk, source) => {
    const { chain } = walk;
    const steps = stepsOf(walk);
    const units = chain.units ?? walk.inputSize;
    if (!walk.sequence || steps === null || units === null || config.keepdims === true)
      return importAllSteps(chain.at(source), `${type} of a sequence whose length the file does not fix`);
    chain.poolOfSteps(source, units, steps, f);
    walk.sequence = false;
    return undefined;
  };

/** All steps of a sequence side by side, for the dense layer behind it. */
export const flatten: KerasReader = (_, walk, source) => {
  const { chain } = walk;
  if (walk.sequence) chain.flatten(source, stepsOf(walk));
  else chain.dropped(source, 'nothing');
  walk.sequence = false;
  return undefined;
};
