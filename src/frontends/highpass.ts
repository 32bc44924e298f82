import { clamp } from '../fixed/fixed.js';
import type { HighpassBlock } from '../ir/front-end.js';
import { whole } from '../validate.js';
import { type BlockDef, sampleMisfit, type Twin } from './block.js';

/** A11: samples less their slow mean, channel by channel. */
export const highpass: BlockDef<HighpassBlock> = {
  fields: { shift: whole(1, 14) },
  misfit: (_, input) => sampleMisfit(input),
  output: (_, input) => input,
  twin: ({ shift }, { width }) => new HighpassTwin(shift, width),
  code: ({ shift }, { width }, { field }) => ({
    ...{ constants: [], work: 0, functions: ['rnnq_highpass_s16_c'] },
    fields: [{ name: 'means', ctype: 'int32_t', length: width, initial: 0 }],
    lines: [
      `rnnq_highpass_s16_c(scratch->samples, x, ${field('means')}, n, ${width}, ${shift});`,
      'x = scratch->samples;',
    ],
  }),
  describe: ({ shift }) => `highpass: less a mean that moves by 1/${2 ** shift} each sample`,
};

class HighpassTwin implements Twin {
  /** 8 fraction bits. */
  readonly #means: Int32Array;
  readonly #rest: Int32Array;

  constructor(
    readonly shift: number,
    width: number,
  ) {
    this.#means = new Int32Array(width);
    this.#rest = new Int32Array(width);
  }

  reset(): void {
    this.#means.fill(0);
  }

  push(frame: Int32Array): Int32Array {
    for (let c = 0; c < frame.length; c++) {
      const mean = this.#means[c]!;
      this.#rest[c] = clamp(frame[c]! - (mean >> 8), -32768, 32767);
      this.#means[c] = mean + ((frame[c]! * 256 - mean) >> this.shift);
    }
    return this.#rest;
  }
}
