import { codesOfBits } from '../../ir/alphabets.js';
import { s4 as format } from '../../quantizers/integers.js';
import { gather, type Kernel, matvec } from '../kernel.js';
import { rowsOfBytes, wordsOfInputs, wordsOfRows } from './packing-forms.js';

const nibbles = rowsOfBytes(format);

/** Four bits a weight: row after row, or in words of a row for DSP instructions. */
export const s4: readonly Kernel[] = [
  matvec({
    ...{ stem: 's4', input: 's8', isa: 'dsp', alphabets: ['s4'], tile: { rows: 4, inputs: 8 }, unrolled: 4 },
    // each plus 8; those that are 16 bits apart are of inputs that are widened together
    packing: wordsOfRows([0, 1, 4, 5, 2, 3, 6, 7], (code) => code + 8),
    work: wordsOfInputs(4, 8),
  }),
  matvec({ stem: 's4', input: 's16', isa: 'c', alphabets: ['s4'], tile: { rows: 1, inputs: 1 }, packing: nibbles }),
  gather('s4', codesOfBits(4), nibbles),
];
