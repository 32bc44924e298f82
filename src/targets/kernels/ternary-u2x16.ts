import { TERNARY_CODES } from '../../ir/alphabets.js';
import { type Kernel, matvec, type Packing } from '../kernel.js';
import { wordsOfInputs } from './packing-forms.js';

/** Weights plus 1, 16 of a row in a word, inputs 2k and 2k + 1 at bits 2k and 16 + 2k; four rows at a time. */
const packing: Packing = {
  ctype: 'uint32_t',
  bytes: ({ rows, cols }) => 4 * rows * Math.ceil(cols / 16),
  pack: ({ codes, rows, cols }) => {
    const words = Math.ceil(cols / 16);
    const values = new Uint32Array(rows * words);
    let at = 0;
    for (let block = 0; block < rows; block += 4)
      for (let first = 0; first < 16 * words; first += 16)
        for (let j = block; j < block + 4; j++) {
          let word = 0;
          for (let i = first; i < Math.min(first + 16, cols); i++)
            word |= (codes[j * cols + i]! + 1) << (2 * ((i - first) >> 1) + 16 * (i % 2));
          values[at++] = word;
        }
    return values;
  },
};

/** Sixteen weights of a row in a word, two of them in the lanes of SMLAD. */
export const ternaryU2x16: readonly Kernel[] = [
  matvec({
    ...{ stem: 'ternary_u2x16', input: 's16', isa: 'dsp', alphabets: TERNARY_CODES, packing },
    // half a word is left out where fewer inputs are left
    ...{ tile: { rows: 4, inputs: 8 }, unrolled: 2 },
    work: wordsOfInputs(8, 16),
  }),
];
