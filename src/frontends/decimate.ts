import { clamp, roundShift } from '../fixed/fixed.js';
import type { DecimateBlock } from '../ir/front-end.js';
import { whole } from '../validate.js';
import { type BlockDef, sampleMisfit, type Twin } from './block.js';

/** A10: the rounded mean of each 2^shift samples of a channel. */
export const decimate: BlockDef<DecimateBlock> = {
  fields: { shift: whole(1, 8) },
  misfit: (_, input) => sampleMisfit(input),
  output: ({ shift }, { rate, hop, first, ...input }) => ({
    ...input,
    rate: rate / 2 ** shift,
    hop: hop * 2 ** shift,
    first: first + hop * (2 ** shift - 1),
  }),
  twin: ({ shift }, { width }) => new DecimateTwin(shift, width),
  code: ({ shift }, { width }, { field }) => ({
    ...{ constants: [], work: 0, functions: ['rnnq_decimate_s16_c'] },
    fields: [
      { name: 'sums', ctype: 'int32_t', length: width, initial: 0 },
      { name: 'phase', ctype: 'uint16_t', length: 0, initial: 0 },
    ],
    lines: [
      '{',
      `    const int32_t phase = ${field('phase')};`,
      '',
      `    ${field('phase')} = (uint16_t)((phase + n) & ${2 ** shift - 1});`,
      `    n = rnnq_decimate_s16_c(scratch->samples, x, ${field('sums')}, phase, n, ${width}, ${shift});`,
      '    x = scratch->samples;',
      '}',
    ],
  }),
  describe: ({ shift }) => `decimate: the mean of ${2 ** shift} samples`,
};

class DecimateTwin implements Twin {
  readonly #sums: Int32Array;
  readonly #means: Int32Array;
  #phase = 0;

  constructor(
    readonly shift: number,
    width: number,
  ) {
    this.#sums = new Int32Array(width);
    this.#means = new Int32Array(width);
  }

  reset(): void {
    this.#sums.fill(0);
    this.#phase = 0;
  }

  push(frame: Int32Array): Int32Array | null {
    for (let c = 0; c < frame.length; c++) this.#sums[c]! += frame[c]!;
    this.#phase = (this.#phase + 1) & (2 ** this.shift - 1);
    if (this.#phase !== 0) return null;
    for (let c = 0; c < frame.length; c++)
      this.#means[c] = clamp(roundShift(this.#sums[c]!, this.shift), -32768, 32767);
    this.#sums.fill(0);
    return this.#means;
  }
}
