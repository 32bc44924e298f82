import { TERNARY_CODES } from '../../ir/alphabets.js';
import { type Kernel, matvec, type Packing } from '../kernel.js';

/** Four rows a byte in balanced base-4 digits, 16 inputs at a time; the kernel reads 16 bytes ahead. */
const packing: Packing = {
  ctype: 'int8_t',
  bytes: ({ rows, cols }) => (rows / 4) * 16 * Math.ceil(cols / 16) + 16,
  pack: ({ codes, rows, cols }) => {
    const padded = 16 * Math.ceil(cols / 16);
    const values = new Int8Array((rows / 4) * padded + 16);
    for (let block = 0; block < rows / 4; block++)
      for (let i = 0; i < cols; i++)
        for (let k = 3; k >= 0; k--)
          values[block * padded + i] = 4 * values[block * padded + i]! + codes[(4 * block + k) * cols + i]!;
    return values;
  },
};

/** Four rows in a byte of a vector. */
export const ternaryBase4: readonly Kernel[] = [
  matvec({
    ...{ stem: 'ternary_base4', input: 's8', isa: 'mve', alphabets: TERNARY_CODES, packing },
    tile: { rows: 4, inputs: 16 },
  }),
];
