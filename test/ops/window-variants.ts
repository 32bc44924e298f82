import { DTYPE_RANGE } from '../../src/ir/program.js';
import type { Draw } from '../fuzz/random-network.js';
import { SYMMETRIC, tensor, type Variant } from './tensor.js';

type WindowOp = 'wait' | 'pool' | 'resume' | 'count' | 'hold';

/** Every form and corner of the ops of layers that look at their last inputs. */
export const WINDOW_VARIANTS: {
  readonly [K in WindowOp]: (draw: Draw, length: number) => readonly Variant<K>[];
} = {
  wait: (draw) =>
    [
      [1, 2],
      [3, 1],
      [3, 3],
      [32767, 1],
      [1, 32767],
    ].flatMap(([first, stride]) =>
      ([[Math.min(0, first! - stride!), first! - 1], DTYPE_RANGE.s16] as const).map((range) => ({
        attributes: { first: first!, stride: stride! },
        inputs: [tensor('s16', 1, draw.pick(range, [first! - 1, first! - 1] as const), 0)],
      })),
    ),
  pool: (_draw, length) =>
    (['max', 'sum'] as const).flatMap((take) =>
      (['s8', 's16'] as const).flatMap((dtype) =>
        [1, 2, 5].map((window) => ({ attributes: { take, length }, inputs: [tensor(dtype, window * length)] })),
      ),
    ),
  resume: (draw, length) =>
    (['s8', 's16', 's32'] as const).flatMap((dtype) => {
      const [, most] = SYMMETRIC[dtype === 's32' ? 's16' : dtype];
      return [0, -most, 1].map((initial) => ({
        attributes: { initial, limit: most },
        inputs: [
          tensor(dtype, length),
          tensor('s16', 1, draw.pick([-1, 1] as const, [0, 0] as const, [1, 9] as const), 0),
        ],
      }));
    }),
  count: (draw) =>
    [1, 2, 9, 32767].flatMap((length) =>
      ([[0, length - 1], DTYPE_RANGE.s16] as const).map((range) => ({
        attributes: { length },
        inputs: [tensor('s16', 1, draw.pick(range, [length - 1, length - 1] as const), 0)],
      })),
    ),
  hold: (draw, length) =>
    (['s8', 's16', 's32'] as const).flatMap((dtype) =>
      (
        [
          [-1, 0],
          [0, 0],
          [1, 9],
        ] as const
      ).map((range) => ({
        attributes: {},
        inputs: [tensor(dtype, length), tensor(dtype, length), tensor('s16', 1, draw.pick(range, DTYPE_RANGE.s16), 0)],
      })),
    ),
};
