import type { Diagnostic } from '../../diagnostics.js';
import { importAttribute, importBranches, importLayer, importValue } from '../diagnostics.js';
import { zeros } from '../tensor.js';
import { isDiagnostic, poolSteps, samePadding, type WindowShape, windowRows, windowSteps } from '../windows.js';
import type { Axes, Axis } from './axes.js';
import type { GraphValues } from './graph-values.js';
import type { OnnxNode } from './node.js';
import { noteSteps, stepsOf } from './steps.js';

/** What a node reads: its axes, and the place of time among those behind the channels. */
interface Channels {
  readonly axes: Axes;
  readonly time: number;
}

const TIME: readonly Axis[] = ['T', 'first', 'second'];

/**
 * Batch, channels, time as a convolution reads them; further axes have length 1. A convolution that reads the graph's input
 * says so what its axes are: channels are the second.
 */
export function channelsOf(axes: Axes, walk: GraphValues): Channels | null {
  const own: Axes = axes.join() === 'first,second,F' ? ['first', 'F', 'T'] : axes;
  if (own !== axes) walk.inputSteps ??= walk.inputShape[2] ?? null;
  const [batch, channels, ...rest] = own;
  const time = rest.findIndex((axis) => TIME.includes(axis));
  const fits = ['B', '1', 'first', 'second'].includes(batch!) && channels === 'F' && time >= 0;
  if (!fits || !rest.every((axis, k) => k === time || axis === '1')) return null;
  noteSteps(walk, rest[time]);
  return { axes: own, time };
}

/** Window, stride and zeros along time, or why they are not to be had. */
function shapeOf(
  node: OnnxNode,
  walk: GraphValues,
  { time }: Channels,
  kernel: readonly number[],
): WindowShape | Diagnostic {
  const at = walk.chain.at(node.label);
  const each = (name: string, value: number): readonly number[] => node.integers(name) ?? kernel.map(() => value);
  const [strides, dilations] = [each('strides', 1), each('dilations', 1)];
  const value = walk.value(node.inputs[0] ?? '');
  const zeros = value.kind === 'data' ? value.zeros : undefined;
  const own = node.integers('pads') ?? [];
  const pads = [...kernel, ...kernel].map((_, k) => {
    const more = k < kernel.length ? zeros?.before : zeros?.behind;
    return (own[k] ?? 0) + (more?.[2 + (k % kernel.length)] ?? 0);
  });
  if (dilations.some((value) => value !== 1))
    return importAttribute(at, 'dilation', 'use a longer kernel, or a stride in front');
  if (node.integer('ceil_mode', 0) !== 0)
    return importAttribute(at, 'windows that are not full (ceil_mode)', 'export the network without it');
  if (
    kernel.some((size, k) => k !== time && (size !== 1 || (pads[k] ?? 0) !== 0 || (pads[k + kernel.length] ?? 0) !== 0))
  )
    return importLayer(at, `${node.op} of two dimensions`, 'a device sees one time step after the other');
  const [window, stride] = [kernel[time] ?? 0, strides[time] ?? 0];
  const auto = node.text('auto_pad', 'NOTSET');
  if (auto === 'NOTSET' || auto === 'VALID')
    return { window, stride, left: pads[time] ?? 0, right: pads[time + kernel.length] ?? 0 };
  const same = auto === 'SAME_UPPER' ? samePadding(window, stride, stepsOf(walk)) : null;
  return same === null
    ? importAttribute(at, `automatic padding ${auto} of unknown length`, 'export it with fixed sequence lengths')
    : { window, stride, ...same };
}

const noChannels = (node: OnnxNode, walk: GraphValues): Diagnostic =>
  importBranches(walk.chain.at(node.label), 'it does not read batch, channels and time');

/** Zeros around a sequence, which the convolution behind them takes into its windows; none at all are nothing. */
export function padding(node: OnnxNode, walk: GraphValues, axes: Axes): Diagnostic | undefined {
  const at = walk.chain.at(node.label);
  const list = walk.constant(node.inputs[1])?.data ?? node.integers('pads');
  const filled = walk.constant(node.inputs[2])?.data[0] ?? node.number('value', 0);
  const pads = list && Array.from(list);
  if (pads?.length !== 2 * axes.length || (node.inputs[3] ?? '') !== '')
    return importAttribute(at, 'padding whose sizes are computed', 'export it with fixed sequence lengths');
  if (pads.every((size) => size === 0)) return void walk.give(node.outputs[0], axes);
  const [before, behind] = [pads.slice(0, axes.length), pads.slice(axes.length)];
  const sides = [...before.slice(0, 2), ...behind.slice(0, 2)];
  if (filled !== 0 || node.text('mode', 'constant') !== 'constant' || sides.some((size) => size !== 0))
    return importAttribute(at, 'padding with anything but zeros, or of anything but time', 'pad time with zeros');
  return void walk.give(node.outputs[0], axes, { before, behind });
}

/** A convolution over time. */
export function convolution(node: OnnxNode, walk: GraphValues, axes: Axes): Diagnostic | undefined {
  const { chain } = walk;
  const at = chain.at(node.label);
  const [weights, bias] = [walk.constant(node.inputs[1]), walk.constant(node.inputs[2])];
  const channels = channelsOf(axes, walk);
  if (channels === null || weights?.shape.length !== axes.length) return noChannels(node, walk);
  const [units, own, ...kernel] = weights.shape as [number, number, ...number[]];
  const groups = node.integer('group', 1);
  const shape = shapeOf(node, walk, channels, kernel);
  if ('code' in shape) return shape;
  const steps = windowSteps(at, shape, stepsOf(walk));
  if (isDiagnostic(steps)) return steps;
  if (!Number.isInteger(units / groups)) return importValue(at, `has ${groups} groups of ${units} filters`);
  const { window, first, stride, late } = steps;
  const inputs = own * groups;
  chain.conv1d(
    node.label,
    {
      ...{ units, inputs, window, first, stride, activation: 'linear' },
      weights: windowRows(
        { window, inputs, units, groups },
        (tap, i, f) => weights.data[(f * own + i) * window + tap]!,
      ),
      bias: bias?.data ?? zeros(units),
    },
    late,
  );
  if (groups > 1)
    chain.note(`${node.label}: one matrix of ${units} x ${window * inputs} weights, with zeros between its groups`);
  walk.steps = steps.steps;
  walk.advance();
  walk.give(node.outputs[0], channels.axes);
  return undefined;
}

/** The largest or the mean over time. */
export const pooling =
  (f: 'max' | 'mean') =>
  (node: OnnxNode, walk: GraphValues, axes: Axes): Diagnostic | undefined => {
    const { chain } = walk;
    const channels = channelsOf(axes, walk);
    const units = chain.units;
    if (channels === null || units === null) return noChannels(node, walk);
    const shape = shapeOf(node, walk, channels, node.integers('kernel_shape') ?? []);
    if ('code' in shape) return shape;
    const steps = poolSteps(chain.at(node.label), shape, stepsOf(walk));
    if (isDiagnostic(steps)) return steps;
    const { window, first, stride } = steps;
    chain.pool(node.label, { units, inputs: units, window, first, stride, function: f });
    walk.steps = steps.steps;
    walk.advance();
    walk.give(node.outputs[0], channels.axes);
    return undefined;
  };
