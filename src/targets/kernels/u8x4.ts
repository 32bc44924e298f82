import { BYTE_CODES } from '../../ir/alphabets.js';
import { type Kernel, matvec, type Packing } from '../kernel.js';

/** Four rows a word, each weight plus 128, column after column. */
const packing: Packing = {
  ctype: 'uint32_t',
  bytes: ({ codes }) => codes.length,
  pack: ({ codes, rows, cols }) => {
    const values = new Uint32Array((rows / 4) * cols);
    for (let block = 0; block < rows / 4; block++)
      for (let i = 0; i < cols; i++)
        for (let k = 3; k >= 0; k--)
          values[block * cols + i] =
            256 * (values[block * cols + i]! % 2 ** 24) + codes[(4 * block + k) * cols + i]! + 128;
    return values;
  },
};

const row = { stem: 'u8x4', isa: 'c', alphabets: BYTE_CODES, tile: { rows: 4, inputs: 1 }, packing } as const;

/** Unsigned bytes of four rows in a word. */
export const u8x4: readonly Kernel[] = [matvec({ ...row, input: 's8', unrolled: 4 }), matvec({ ...row, input: 's16' })];
