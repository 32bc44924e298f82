import { clamp, roundShift } from '../fixed/fixed.js';
import { chooseMultiplier } from '../fixed/formats.js';
import type { ScaleBlock } from '../ir/front-end.js';
import type { InputScaling } from '../ir/model.js';
import { list, whole } from '../validate.js';
import type { BlockDef, Twin } from './block.js';

/** Largest magnitude of a value less its offset: the product with a multiplier of 15 bits fits int32. */
const MAX_DIFFERENCE = 32767;
/** Largest magnitude of an offset: a value less it fits int32. */
const MAX_OFFSET = 2 ** 24;

const entry = (values: ArrayLike<number>, j: number): number => values[values.length === 1 ? 0 : j]!;

/** A9: values to input codes of at most `largest`. */
export const scale: BlockDef<ScaleBlock> = {
  fields: {
    offset: list(whole(-MAX_OFFSET, MAX_OFFSET), 1, 65535),
    m: list(whole(1, 32767), 1, 65535),
    n: list(whole(0, 30), 1, 65535),
  },
  read: ({ offset, m, n }) => ({
    kind: 'scale',
    offset: Int32Array.from(offset as number[]),
    m: Int16Array.from(m as number[]),
    n: Uint8Array.from(n as number[]),
  }),
  write: ({ offset, m, n }) => ({ offset: [...offset], m: [...m], n: [...n] }),
  misfit: ({ offset, m, n }, { width }) => {
    const wrong = Object.entries({ offset, m, n }).find(([, { length }]) => length !== 1 && length !== width);
    return wrong === undefined ? null : { field: wrong[0], expected: `a list of 1 or ${width} values` };
  },
  output: (_, input) => ({ ...input, fraction: 0, kind: 'values' }),
  twin: (block, { width }, largest) => new ScaleTwin(block, width, largest),
  code: ({ offset, m, n }, { width }, { constant, codeType, largest }) => {
    const element = (name: string, values: ArrayLike<number>): string =>
      values.length === 1 ? String(values[0]) : `${constant(name)}[j]`;
    const arrays = [
      { name: 'offsets', ctype: 'int32_t' as const, values: offset },
      { name: 'multipliers', ctype: 'int16_t' as const, values: m },
      { name: 'shifts', ctype: 'uint8_t' as const, values: n },
    ];
    return {
      constants: arrays.filter(({ values }) => values.length > 1),
      ...{ fields: [], work: 0, functions: [] },
      lines: [
        `for (int32_t j = 0; j < ${width}; j++) {`,
        `    const int32_t difference = rnnq_clamp(scratch->values[j] - ${element('offsets', offset)}, -${MAX_DIFFERENCE}, ${MAX_DIFFERENCE});`,
        `    scratch->codes[j] = (${codeType})rnnq_clamp_near(rnnq_round_shift(difference * ${element('multipliers', m)}, ${element('shifts', n)}), -${largest}, ${largest});`,
        '}',
      ],
    };
  },
  describe: ({ m }) =>
    `scale: ${m.length === 1 ? 'one offset and factor' : `${m.length} offsets and factors`} to codes`,
};

class ScaleTwin implements Twin {
  readonly #codes: Int32Array;

  constructor(
    readonly block: ScaleBlock,
    width: number,
    readonly largest: number,
  ) {
    this.#codes = new Int32Array(width);
  }

  reset(): void {}

  push(frame: Int32Array): Int32Array {
    scaleFrame(this.block, frame, this.#codes, this.largest);
    return this.#codes;
  }
}

/** A9 of one frame. */
export function scaleFrame(
  { offset, m, n }: ScaleBlock,
  frame: ArrayLike<number>,
  codes: Int32Array,
  largest: number,
): void {
  for (let j = 0; j < codes.length; j++) {
    const difference = clamp(frame[j]! - entry(offset, j), -MAX_DIFFERENCE, MAX_DIFFERENCE);
    codes[j] = clamp(roundShift(difference * entry(m, j), entry(n, j)), -largest, largest);
  }
}

/** The integers of A9 for real offsets and scales of an input whose values have `valueFraction` fraction bits; throws ScaleRangeError. */
export function chooseScale({ offset, scale, fraction }: InputScaling, valueFraction: number): ScaleBlock {
  const pairs = scale.map((s, j) => chooseMultiplier(s * 2 ** (fraction - valueFraction), 0, j));
  return {
    kind: 'scale',
    offset: Int32Array.from(offset, (v) => Math.floor(v * 2 ** valueFraction + 0.5)),
    m: Int16Array.from(pairs, ({ m }) => m),
    n: Uint8Array.from(pairs, ({ n }) => n),
  };
}
