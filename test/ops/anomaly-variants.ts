import { DTYPE_RANGE } from '../../src/ir/program.js';
import type { Draw } from '../fuzz/random-network.js';
import { SYMMETRIC, tensor, type Variant } from './tensor.js';

type Variants<K extends 'score' | 'delay'> = (draw: Draw, length: number) => readonly Variant<K>[];

/** Every form and corner of the ops that find anomalies. */
export const ANOMALY_VARIANTS: { readonly [K in 'score' | 'delay']: Variants<K> } = {
  score: (draw, length) =>
    (
      [
        ['s8', SYMMETRIC.s8, 7, 0],
        ['s8', DTYPE_RANGE.s8, 11, 0],
        ['s16', SYMMETRIC.s16, 0, 0],
        ['s16', DTYPE_RANGE.s16, 0, 5],
      ] as const
    ).flatMap(([dtype, range, xLeft, pLeft]) =>
      [0, 1, 10].map((smoothing) => {
        const ahead = draw.pick(1, 2, 4096);
        const most = range[1] * 2 ** xLeft + 2 ** (15 + pLeft);
        const shift = Math.ceil(Math.log2((most + 2 ** xLeft) / Math.floor(Math.sqrt(2 ** 29 / length))) + 0.01);
        return {
          attributes: { xLeft, pLeft, shift: shift + draw.pick(0, 0, 3), smoothing, ahead },
          inputs: [
            // inputs of a step and a line of predictions, or the other way round
            tensor(dtype, length * (smoothing === 0 ? draw.pick(1, 3) : 1), range, 7),
            tensor('s16', length * (smoothing === 0 ? 1 : draw.pick(1, 3))),
            tensor('s32', 1, draw.pick<readonly [number, number]>([-ahead, 2 ** 29], [-ahead, 2], DTYPE_RANGE.s32)),
          ],
        };
      }),
    ),
  delay: (draw, length) => [
    { attributes: {}, inputs: [tensor('s8', 3 * length), tensor('s8', length, [-127, 127])] },
    { attributes: {}, inputs: [tensor('s16', length), tensor('s16', draw.integer(1, length))] },
    { attributes: {}, inputs: [tensor('s16', 3 * length, [-32767, 5]), tensor('s16', length)] },
  ],
};
