import type { MagnitudeBlock } from '../ir/front-end.js';
import { whole } from '../validate.js';
import { type BlockDef, sampleMisfit, type Twin } from './block.js';
import { LOGARITHMS, logarithm } from './logarithm.js';

/** Squares of three int16 and the floor fit 32 bits. */
const MAX_CHANNELS = 3;
const MAX_FLOOR = 2 ** 30 - 1;

/** A12: log2 of the length of a vector of up to three channels, Q10. */
export const magnitude: BlockDef<MagnitudeBlock> = {
  fields: { floor: whole(1, MAX_FLOOR) },
  misfit: (_, input) =>
    sampleMisfit(input) ??
    (input.width <= MAX_CHANNELS
      ? null
      : { field: 'kind', expected: `for ${input.width} channels: ${MAX_CHANNELS} at most` }),
  output: (_, input) => ({ ...input, width: 1, fraction: 10 }),
  twin: ({ floor }) => new MagnitudeTwin(floor),
  code: ({ floor }, { width }, { constant }) => ({
    constants: [{ name: 'logarithms', ctype: 'uint16_t', values: LOGARITHMS }],
    ...{ fields: [], work: 0, functions: ['rnnq_logarithm_u32_c', 'rnnq_magnitude_s16_c'] },
    lines: [
      `rnnq_magnitude_s16_c(scratch->samples, x, ${constant('logarithms')}, n, ${width}, ${floor}u);`,
      'x = scratch->samples;',
    ],
  }),
  describe: ({ floor }) => `magnitude: log2(x^2 + y^2 + ... + ${floor}) / 2`,
};

class MagnitudeTwin implements Twin {
  readonly #value = new Int32Array(1);

  constructor(readonly floor: number) {}

  reset(): void {}

  push(frame: Int32Array): Int32Array {
    let sum = this.floor;
    for (const x of frame) sum += x * x;
    this.#value[0] = (logarithm(sum) + 1024 * 31 + 1) >> 1;
    return this.#value;
  }
}
