import { outputOf } from '../../src/frontends/chain.js';
import { xorshift } from '../../src/interpreter/golden.js';
import type { Decision, FlagsDecision, MarginDecision } from '../../src/ir/decision.js';
import type { Block, FrontEnd, LogMelBlock, ScaleBlock } from '../../src/ir/front-end.js';
import { type ActivationBits, codesArray, type Model, type PoolLayer } from '../../src/ir/model.js';
import { buildModel } from '../../src/quantizers/build-model.js';
import type { RealMatrix } from '../../src/quantizers/real-network.js';

/** A scaling of values around `offset` with one factor for all. */
export const scaleOf = (offset: number, m: number, n: number): ScaleBlock => ({
  kind: 'scale',
  offset: Int32Array.of(offset),
  m: Int16Array.of(m),
  n: Uint8Array.of(n),
});

/** Log-mel features of 8 kHz: 256 samples, every 128, 24 bands; changed fields as given. */
export const soundOf = (changes: Partial<LogMelBlock> = {}, sampleRate = 8000): FrontEnd => ({
  ...{ sampleRate, channels: 1 },
  blocks: [
    { kind: 'log-mel', window: 256, hop: 128, bands: 24, lowest: 80, highest: 3900, floor: 1e-7, ...changes },
    scaleOf(-6000, 18000, 23),
  ],
});

/** A front end of samples, and its scaling. */
export const chainOf = (channels: number, blocks: readonly Block[], scale = scaleOf(100, 20000, 20)): FrontEnd => ({
  ...{ sampleRate: 400, channels },
  blocks: [...blocks, scale],
});

export const MARGIN: MarginDecision = { kind: 'margin', smoothing: 2, threshold: 300, refractory: 3, background: 0 };

/** Of three outputs that detect: thresholds of their own, and times in which they are not reported. */
export const FLAGS: FlagsDecision = { kind: 'flags', smoothing: 1, thresholds: [300, 20, 1], refractory: [3, 0, 7] };

const TASKS = { margin: undefined, flags: 'detect', score: 'anomaly' } as const;

/** A small GRU with random ternary weights behind a front end, of the task of its decision; `pooled`: it steps with every second frame. */
export function streamModel(
  frontEnd: FrontEnd,
  {
    decision,
    activationBits = 8,
    pooled = false,
  }: { decision?: Decision; activationBits?: ActivationBits; pooled?: boolean } = {},
): Model {
  const size = outputOf(frontEnd).width;
  const task = TASKS[decision?.kind ?? 'margin'];
  const [units, classes] = [6, task === 'anomaly' ? size : 3];
  const next = xorshift(size);
  const matrix = (rows: number, cols: number): RealMatrix => ({
    ...{ format: 'ternary', rows, cols, rowScale: 'shift' },
    codes: Int8Array.from({ length: rows * cols }, () => (next() % 3) - 1),
    scales: new Float64Array(rows).fill(1 / 4),
  });
  const input = {
    ...{ size, fraction: activationBits === 8 ? 7 : 15, offset: [0], scale: [1], frontEnd },
  };
  const model = buildModel({
    ...{ name: 'net', activationBits, input, labels: task === 'anomaly' ? [] : ['rest', 'yes', 'no'], training: {} },
    layers: [
      {
        ...{ type: 'gru', name: 'gru0', units, scope: 'separate', activation: 'tanh', reset: 'after' },
        ...{ input: matrix(3 * units, size), recurrent: matrix(3 * units, units) },
        ...{ inputBias: new Float64Array(3 * units), recurrentBias: new Float64Array(3 * units) },
      },
      {
        ...{ type: 'dense', name: 'dense', units: classes, activation: 'linear', weights: matrix(classes, units) },
        ...{ bias: new Float64Array(classes), largestOutput: 2 },
      },
    ],
    goldenInput: new (codesArray(input, activationBits))(4 * size),
  });
  const pool: PoolLayer = {
    type: 'pool',
    ...{
      name: 'pool0',
      units: size,
      window: 3,
      first: 3,
      stride: 2,
      function: 'max' as const,
      outputFraction: input.fraction,
    },
  };
  return {
    ...model,
    layers: [...(pooled ? [pool] : []), ...model.layers],
    ...(task !== undefined && { task }),
    ...(task === 'detect' && { thresholds: [-0.01, 0, 0.02] }),
    ...(task === 'anomaly' && { anomaly: { ahead: 3, smoothing: 2, threshold: 2 ** -12 } }),
    ...(decision !== undefined && { decision }),
  };
}
