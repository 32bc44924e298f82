import { pow2e7 } from '../../quantizers/pow2.js';
import { type Kernel, matvec, type Packing } from '../kernel.js';
import { rowsOfBytes, wordsOfInputs, wordsOfRows } from './packing-forms.js';

/** Sign and exponent, as in model.json. */
const exponent = (code: number): number => pow2e7.pack(Int8Array.of(code))[0]!;

/** Four rows for two inputs a word, the first row of the first input lowest. */
const fourRows: Packing = {
  ctype: 'uint32_t',
  bytes: ({ rows, cols }) => rows * Math.ceil(cols / 2),
  pack: ({ codes, rows, cols }) => {
    const words = Math.ceil(cols / 2);
    const values = new Uint32Array((rows / 4) * words);
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < cols; i++)
        values[Math.floor(j / 4) * words + Math.floor(i / 2)]! |=
          exponent(codes[j * cols + i]!) << (16 * (i % 2) + 4 * (j % 4));
    return values;
  },
};

const alphabets = ['pow2-7'] as const;

/** Zero and +-2^k in four bits. */
export const pow2: readonly Kernel[] = [
  matvec({ stem: 'pow2', input: 's8', isa: 'c', alphabets, tile: { rows: 4, inputs: 2 }, packing: fourRows }),
  matvec({
    ...{ stem: 'pow2', input: 's8', isa: 'dsp', alphabets, tile: { rows: 4, inputs: 8 } },
    // those of a byte are of inputs that are widened together
    packing: wordsOfRows([0, 2, 1, 3, 4, 6, 5, 7], exponent),
    work: wordsOfInputs(4, 8),
  }),
  matvec({
    ...{ stem: 'pow2', input: 's16', isa: 'c', alphabets, tile: { rows: 1, inputs: 1 } },
    packing: rowsOfBytes(pow2e7),
  }),
];
