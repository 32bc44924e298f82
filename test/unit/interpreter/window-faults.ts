import { any, changed, type Fault, inOp } from './plant-fault.js';

/** Of layers that look at their last inputs. */
export const WINDOW_FAULTS: readonly Fault[] = [
  inOp('a window that goes on with the result of the one before', 'resume', any, (op) => ({
    ...op,
    inputs: [op.inputs[0]!, op.inputs[0]!],
  })),
  inOp(
    'the matrix of the step before',
    'matvecAt',
    (op) => op.attributes.parts > 1,
    (op) => {
      const { weights, parts } = op.attributes;
      const { codes } = weights;
      const one = codes.length / parts;
      return changed(op, {
        weights: { ...weights, codes: Int8Array.of(...codes.slice(-one), ...codes.slice(0, -one)) },
      });
    },
  ),
  inOp(
    'a window that takes no input',
    'delay',
    (_, tensor) => tensor.endsWith('_window'),
    (op) => ({ ...op, inputs: [op.inputs[0]!, op.inputs[0]!] }),
  ),
  inOp(
    'conv1d: the first output one input early',
    'wait',
    (op) => op.attributes.first > 1,
    (op) => changed(op, { first: op.attributes.first - 1 }),
  ),
  inOp('pool: outputs one input further apart', 'wait', any, (op) => changed(op, { stride: op.attributes.stride + 1 })),
  inOp(
    'pool: the sum instead of the largest',
    'pool',
    (op) => op.attributes.take === 'max',
    (op) => changed(op, { take: 'sum' }),
  ),
  inOp(
    'pool: the mean of one input less',
    'requantize',
    (_, tensor) => tensor.endsWith('_mean'),
    (op) => changed(op, { scale: { ...op.attributes.scale, n: op.attributes.scale.n.map((n) => n - 1) } }),
  ),
  inOp('repeat: windows of one step more', 'count', any, (op) => changed(op, { length: op.attributes.length + 1 })),
  inOp('repeat: the vector of the window before', 'hold', any, (op) => ({
    ...op,
    inputs: [op.inputs[0]!, op.inputs[0]!, op.inputs[2]!],
  })),
  inOp(
    'repeat: a decoder that goes on from the window before',
    'resume',
    (op, tensor) => op.inputs.length > 0 && tensor.endsWith('_c_past'),
    (op) => ({ ...op, inputs: [op.inputs[0]!, op.inputs[0]!] }),
  ),
];
