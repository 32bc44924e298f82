import { ALPHABETS } from '../../../src/ir/alphabets.js';
import type { FormatName, Model } from '../../../src/ir/model.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { QUANTIZERS } from '../../../src/quantizers/index.js';
import type { RealLayer, RealMatrix } from '../../../src/quantizers/real-network.js';
import { Draw } from '../../fuzz/random-network.js';

/**
 * A random cell with a dense layer: pre-activations of about one, a recurrence too weak for chaos, nothing that
 * saturates. So an error of rounding stays as small as it came.
 */
export function moderateNetwork(seed: number, type: 'gru' | 'lstm'): { model: Model; sequences: Int8Array[] } {
  const draw = new Draw(seed);
  const [size, units, classes] = [draw.integer(2, 12), draw.integer(8, 48), draw.integer(2, 10)];
  const reals = (length: number, limit: number) => Float64Array.from({ length }, () => draw.real(-limit, limit));
  const rowScale = draw.pick<'shift' | 'multiplier'>('shift', 'multiplier');
  const matrix = (format: FormatName, rows: number, cols: number, spread: number): RealMatrix => {
    const { largest } = ALPHABETS[QUANTIZERS[format].alphabet];
    const codes = Int8Array.from({ length: rows * cols }, () => draw.integer(-largest, largest));
    const typical = spread / (largest * 0.6 * Math.sqrt(cols) * 0.5);
    return { format, rows, cols, codes, scales: reals(rows, 0.3).map((v) => typical * (1 + v)), rowScale };
  };
  const format = draw.pick<FormatName>('ternary', 's8');
  const scope = draw.pick<'joint' | 'separate'>('joint', 'separate');
  const gates = (type === 'gru' ? 3 : 4) * units;
  const recurrent = matrix(format, gates, units, 0.3);
  const ownScale = matrix(format, gates, size, 0.6);
  const input = scope === 'joint' ? { ...ownScale, scales: recurrent.scales } : ownScale;
  const activation = 'tanh';
  const shared = { name: 'cell', units, scope, activation, input, recurrent } as const;
  const cell: RealLayer =
    type === 'gru'
      ? {
          ...shared,
          type,
          reset: draw.pick<'after' | 'before'>('after', 'before'),
          inputBias: reals(gates, 0.5),
          recurrentBias: reals(gates, 0.5),
        }
      : { ...shared, type, bias: reals(gates, 0.5), cellFraction: 11 };
  const head: RealLayer = {
    type: 'dense',
    name: 'head',
    units: classes,
    activation: 'linear',
    weights: { ...matrix('s8', classes, units, 1), rowScale: 'multiplier' },
    bias: reals(classes, 0.5),
    largestOutput: 8,
  };
  const steps = 12;
  const sequences = Array.from({ length: 20 }, () =>
    Int8Array.from({ length: steps * size }, () => draw.integer(-127, 127)),
  );
  const scaling = { size, fraction: 7, offset: [0], scale: [1] };
  const network = { name: 'moderate', input: scaling, layers: [cell, head], labels: [], training: {} };
  return { model: buildModel({ ...network, goldenInput: sequences[0]! }), sequences };
}
