import { ALPHABETS, type AlphabetName } from '../../src/ir/alphabets.js';
import type { Op, OpAttributes, OpKind, TensorId, TensorType } from '../../src/ir/program.js';
import { DTYPE_RANGE } from '../../src/ir/program.js';
import { opDef } from '../../src/ops/index.js';
import { Draw } from '../fuzz/random-network.js';
import { ANOMALY_VARIANTS } from './anomaly-variants.js';
import { SYMMETRIC, tensor, type Variant } from './tensor.js';
import { weightsOf } from './weights-of.js';
import { WINDOW_VARIANTS } from './window-variants.js';

/** One application of an op: attributes, proven types, values inside the types' ranges. */
export interface OpCase<K extends OpKind = OpKind> {
  readonly op: Op<K>;
  readonly inputs: readonly TensorType[];
  readonly output: TensorType;
  readonly values: readonly Int32Array[];
}

export { tensor } from './tensor.js';

export const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 65];
const HALF = 2 ** 30;
/** The largest value that any rounding shift may take. */
const ROUNDABLE = 2 ** 31 - 1 - 2 ** 29;

/** An op on tensors 0, 1, ... with the next tensor as its output. */
export const makeOp = <K extends OpKind>(kind: K, attributes: OpAttributes[K], inputs: number): Op<K> =>
  ({
    kind,
    attributes,
    inputs: Array.from({ length: inputs }, (_, i) => i as TensorId),
    output: inputs as TensorId,
    origin: '/test',
  }) as Op<K>;

const SHAPES = [
  [1, 1],
  [2, 3],
  [3, 5],
  [4, 4],
  [5, 7],
  [7, 9],
  [8, 8],
  [9, 2],
  [4, 6],
  [1, 65],
  [65, 5],
  [64, 64],
  [65, 65],
] as const;

/** Shifts of a code to its place in a table, as of cell states: to the left, to the right. */
const PLACES = ['0 0', '1 0', '5 0', '0 1', '0 6', '0 10', '1 3'].map(
  (place) => place.split(' ').map(Number) as [number, number],
);
const NAMES = Object.keys(ALPHABETS) as AlphabetName[];
const s32 = (length: number, limit: number): TensorType => tensor('s32', length, [-limit, limit]);
const unit = (length: number): TensorType => tensor('s16', length, [0, 32767], 15);
const signed = (length: number): TensorType => tensor('s16', length, [-32639, 32639], 15);

/** Every dtype, form and corner of each op. */
const VARIANTS: { readonly [K in OpKind]: (draw: Draw, length: number) => readonly Variant<K>[] } = {
  matvec: (draw, length) =>
    SHAPES.filter(([rows]) => rows === length || (length === 6 && rows === 4)).flatMap(([rows, cols]) =>
      NAMES.flatMap((alphabet) =>
        (['random', 'mixed'] as const).flatMap((style) =>
          (['s8', 's16'] as const).map((dtype) => ({
            attributes: { weights: weightsOf(draw, alphabet, rows, cols, style) },
            inputs: [tensor(dtype, cols, style === 'random' ? SYMMETRIC[dtype] : DTYPE_RANGE[dtype], 7)],
          })),
        ),
      ),
    ),
  matvecAt: (draw, length) =>
    [1, 3].flatMap((parts) =>
      NAMES.map((alphabet) => {
        const dtype = draw.pick('s8', 's16');
        const counts = draw.pick<readonly [number, number]>([-1, parts], DTYPE_RANGE.s16);
        return {
          attributes: { weights: weightsOf(draw, alphabet, parts * length, 3, 'random'), parts },
          inputs: [tensor(dtype, 3, SYMMETRIC[dtype], 7), tensor('s16', 1, counts, 0)],
        };
      }),
    ),
  gather: (draw, length) =>
    NAMES.flatMap((alphabet, i) =>
      [1, 3, 50].map((symbols) => ({
        attributes: {
          weights: weightsOf(draw, alphabet, length, symbols, i % 2 ? 'random' : 'mixed'),
          fraction: draw.pick(0, 7, 7, 15),
        },
        inputs: [tensor('s16', 1, draw.pick<readonly [number, number]>([-2, symbols + 1], DTYPE_RANGE.s16))],
      })),
    ),
  scaleShift: (draw, length) =>
    [0, 1, 12, 30]
      .map((most) => {
        const n = Uint8Array.from({ length }, () => draw.integer(0, most));
        return {
          attributes: {
            m: Int16Array.from({ length }, () => draw.pick(0, 32767, -32767, draw.integer(-32767, 32767))),
            n,
            bias: Int32Array.from(n, () => draw.pick(0, 2 ** 29, -(2 ** 29), draw.integer(-(2 ** 20), 2 ** 20))),
            fraction: 5,
            min: -127,
            max: 127,
            to: 's8' as const,
          },
          inputs: [tensor('s8', length)],
        };
      })
      .flatMap(({ attributes, inputs }) => [
        { attributes, inputs },
        {
          attributes: { ...attributes, min: -32767, max: 32767, to: 's16' as const },
          inputs: [tensor('s16', length)],
        },
      ]),
  hard: (_draw, length) =>
    (['s32', 's16'] as const).flatMap((from) =>
      [
        { left: 1, offset: 2 ** 14, limit: 2 ** 14, min: 0, max: 32767 },
        { left: 3, offset: 0, limit: 2 ** 12, min: -32639, max: 32639 },
        { left: 0, offset: 0, limit: 2 ** 15, min: -32639, max: 32639 },
        { left: 11, offset: 0, limit: 2 ** 4, min: -32639, max: 32639 },
      ].map((attributes) => ({ attributes, inputs: [tensor(from, length)] })),
    ),
  addBias: (draw, length) => [
    {
      attributes: {
        bias: Int32Array.from({ length }, () => draw.pick(-HALF, HALF, 0, 1, -1, draw.integer(-(2 ** 20), 2 ** 20))),
      },
      inputs: [tensor('s32', length, [-HALF, HALF - 1])],
    },
  ],
  requantize: (draw, length) => [
    ...[0, 1, 5, 15].flatMap((left) =>
      [2 ** 31 - 1, 65535].map((limit) => ({
        attributes: {
          scale: {
            kind: 'shift' as const,
            left,
            n: Uint8Array.from({ length }, () => draw.pick(0, 30, draw.integer(0, 30))),
          },
          fraction: 12,
          min: limit === 65535 ? -limit : -limit - 1,
          max: limit,
        },
        inputs: [s32(length, Math.floor(ROUNDABLE / 2 ** left))],
      })),
    ),
    ...[0, 1, 4].map((pre) => ({
      attributes: {
        scale: {
          kind: 'multiplier' as const,
          pre,
          m: Int16Array.from({ length }, () => draw.pick(1, 16384, 32767, draw.integer(16384, 32767))),
          n: Uint8Array.from({ length }, () => draw.pick(0, 30, draw.integer(0, 30))),
        },
        fraction: 12,
        min: draw.pick(-65535, -(2 ** 31)),
        max: draw.pick(65535, 2 ** 31 - 1),
      },
      inputs: [s32(length, 49_151 * 2 ** pre)],
    })),
  ],
  shift: (draw, length) => [
    {
      attributes: { n: Int8Array.from({ length }, () => draw.pick(0, 30, draw.integer(0, 30))), fraction: 4 },
      inputs: [tensor('s32', length)],
    },
    {
      attributes: { n: Int8Array.from({ length }, () => draw.pick(0, -10, draw.integer(-10, 0))), fraction: 12 },
      inputs: [s32(length, 2 ** 21 - 1)],
    },
    {
      attributes: { n: new Int8Array(length).fill(draw.pick(-3, 0, 9)), fraction: 12 },
      inputs: [s32(length, 2 ** 20)],
    },
  ],
  add: (_draw, length) => [
    { attributes: {}, inputs: [tensor('s32', length, [-HALF, HALF - 1]), tensor('s32', length, [-HALF, HALF])] },
  ],
  ...WINDOW_VARIANTS,
  concat: (draw, length) => [
    { attributes: {}, inputs: [tensor('s8', length), tensor('s8', draw.integer(1, 70), [-127, 5])] },
    { attributes: {}, inputs: [tensor('s8', draw.integer(1, 70)), tensor('s8', length)] },
    { attributes: {}, inputs: [tensor('s16', draw.integer(1, 70)), tensor('s16', length)] },
  ],
  narrow: (draw, length) => [
    ...(['s8', 's16', 's32'] as const).flatMap((from) =>
      (['s8', 's16'] as const).flatMap((to) =>
        [0, 1, from === 's8' ? 7 : 8, from === 's32' ? 30 : 15].map((shift) => {
          const [low, high] = DTYPE_RANGE[to];
          const relu = draw.integer(0, 3) === 0;
          return {
            attributes: { shift, min: relu ? 0 : low + draw.integer(0, 1), max: high, to },
            inputs: [from === 's32' ? tensor('s32', length, [-(2 ** 31), ROUNDABLE]) : tensor(from, length)],
          };
        }),
      ),
    ),
    // limits that cannot act, and those that act on one side
    ...[
      { shift: 0, min: -(2 ** 31), max: 2 ** 31 - 1, to: 's8' as const, from: tensor('s8', length) },
      { shift: 0, min: -127, max: 2 ** 31 - 1, to: 's8' as const, from: tensor('s8', length) },
      { shift: 8, min: -(2 ** 31), max: 127, to: 's8' as const, from: tensor('s16', length) },
      { shift: 8, min: -127, max: 2 ** 31 - 1, to: 's8' as const, from: tensor('s16', length, [-32768, 32639]) },
      { shift: 8, min: -(2 ** 31), max: 100, to: 's8' as const, from: tensor('s16', length) },
      { shift: 0, min: -32767, max: 2 ** 31 - 1, to: 's16' as const, from: tensor('s16', length) },
    ].map(({ from, ...attributes }) => ({ attributes, inputs: [from] })),
  ],
  mul: (_draw, length) => [
    ...[0, 15].map((shift) => ({
      attributes: { shift, to: 's32' as const },
      inputs: [unit(length), s32(length, 65535 - (shift ? 0 : 1))],
    })),
    ...[0, 1, 11, 15, 30].map((shift) => ({
      attributes: { shift, to: 's32' as const },
      inputs: [tensor('s16', length), tensor('s16', length)],
    })),
    { attributes: { shift: 23, to: 's8' }, inputs: [unit(length), signed(length)] },
    {
      attributes: { shift: 24, to: 's8' },
      inputs: [tensor('s16', length, [-32767, 32767]), tensor('s16', length, [-32767, 32767])],
    },
  ],
  lerp: (_draw, length) => [
    { attributes: { min: -32639, max: 32639 }, inputs: [signed(length), unit(length), signed(length)] },
    { attributes: { min: -32768, max: 32767 }, inputs: [signed(length), unit(length), tensor('s16', length)] },
    { attributes: { min: -1000, max: 2000 }, inputs: [signed(length), unit(length), tensor('s16', length)] },
  ],
  lut: (_draw, length) =>
    (['sigmoid', 'tanh'] as const).flatMap((table) => [
      {
        attributes: { table, left: 0, shift: table === 'tanh' ? 7 : 8, zero: 128 as const },
        inputs: [tensor('s32', length, [-(2 ** 31), ROUNDABLE])],
      },
      {
        attributes: { table, left: 0, shift: table === 'tanh' ? 7 : 8, zero: 128 as const },
        inputs: [s32(length, 40_000)],
      },
      {
        attributes: { table, left: 0, shift: 0, zero: 0 as const },
        inputs: [tensor('s32', length, [-(2 ** 30), 2 ** 30])],
      },
      { attributes: { table, left: 0, shift: 0, zero: 0 as const }, inputs: [tensor('s32', length, [-300, 600])] },
      { attributes: { table, left: 1, shift: 3, zero: 0 as const }, inputs: [tensor('s16', length)] },
      ...PLACES.map(([left, shift]) => ({
        attributes: { table, left, shift, zero: 128 as const },
        inputs: [tensor('s16', length)],
      })),
    ]),
  interpolate: (_draw, length) =>
    (['sigmoid', 'tanh'] as const).flatMap((table) => [
      ...[7, 8].map((shift) => ({ attributes: { table, left: 0, shift }, inputs: [s32(length, 40_000)] })),
      { attributes: { table, left: 0, shift: 8 }, inputs: [tensor('s32', length, [-(2 ** 30), 2 ** 30])] },
      ...PLACES.map(([left, shift]) => ({ attributes: { table, left, shift }, inputs: [tensor('s16', length)] })),
    ]),
  ...ANOMALY_VARIANTS,
  argmax: (_draw, length) => [
    { attributes: {}, inputs: [tensor('s16', length)] },
    { attributes: {}, inputs: [tensor('s16', length, [-1, 1])] },
  ],
};

/** Values of a tensor: any of its range, its two ends, or its lowest. */
function valuesOf(draw: Draw, { length, min, max }: TensorType, style: 'random' | 'extreme' | 'lowest'): Int32Array {
  const width = max - min;
  return Int32Array.from({ length }, () => {
    if (style === 'lowest') return min;
    if (style === 'extreme') return draw.pick(min, max);
    return draw.integer(0, 4) === 0
      ? Math.min(Math.max(draw.integer(-2, 2), min), max)
      : min + Math.round(draw.real(0, 1) * width);
  });
}

/** All cases of an op, the same ones on every run. */
export function makeCases<K extends OpKind>(kind: K): OpCase<K>[] {
  const draw = new Draw(kind.length * 1000 + kind.charCodeAt(0));
  return LENGTHS.flatMap((length) =>
    VARIANTS[kind](draw, length).flatMap(({ attributes, inputs }) => {
      const op = makeOp(kind, attributes, inputs.length);
      const output = opDef(op).infer(op, inputs);
      return (['random', 'extreme', 'lowest'] as const).map((style) => ({
        op,
        inputs,
        output,
        values: inputs.map((type) => valuesOf(draw, type, style)),
      }));
    }),
  );
}
