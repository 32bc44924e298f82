import type { RowScaleKind } from '../../../src/fixed/formats.js';
import type { FormatName } from '../../../src/ir/model.js';
import type { RealLayer, RealMatrix, RealNetwork } from '../../../src/quantizers/real-network.js';
import { Draw } from '../../fuzz/random-network.js';

function matrix(draw: Draw, rows: number, cols: number, rowScale: RowScaleKind, format: FormatName): RealMatrix {
  const codes = Int8Array.from({ length: rows * cols }, () => draw.pick(-1, 0, 1, 1, -1));
  return { format, rows, cols, codes, scales: new Float64Array(rows).fill(0.75), rowScale };
}

const bias = (draw: Draw, length: number): Float64Array => Float64Array.from({ length }, () => draw.real(0.1, 1));

/** 3 inputs, `cell` of some units called cell, dense of 4 called out; every bias differs from zero. */
export function realNetwork(
  cell: 'gru' | 'lstm',
  rowScale: 'shift' | 'multiplier' = 'shift',
  scope: 'separate' | 'joint' = 'separate',
  format: FormatName = 'ternary',
  units = 2,
): RealNetwork {
  const draw = new Draw(cell === 'gru' ? 1 : 2);
  const gates = (cell === 'gru' ? 3 : 4) * units;
  const shared = { name: 'cell', units, scope, activation: 'tanh' } as const;
  const weights = {
    input: matrix(draw, gates, 3, rowScale, format),
    recurrent: matrix(draw, gates, units, rowScale, format),
  };
  const recurrent: RealLayer =
    cell === 'gru'
      ? {
          type: 'gru',
          reset: 'after',
          ...shared,
          ...weights,
          inputBias: bias(draw, gates),
          recurrentBias: bias(draw, gates),
        }
      : { type: 'lstm', ...shared, ...weights, bias: bias(draw, gates), cellFraction: 11 };
  const dense: RealLayer = {
    type: 'dense',
    name: 'out',
    units: 4,
    activation: 'linear',
    weights: matrix(draw, 4, units, rowScale, format),
    bias: bias(draw, 4),
    largestOutput: 4,
  };
  return {
    name: 'small',
    input: { size: 3, fraction: scope === 'joint' ? 7 : 5, offset: [0], scale: [1] },
    layers: [recurrent, dense],
    labels: [],
    goldenInput: Int8Array.from({ length: 6 }, (_, i) => 20 * i - 50),
    training: {},
  };
}
