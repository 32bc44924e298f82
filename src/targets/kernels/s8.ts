import { BYTE_CODES, codesOfBits, TERNARY_CODES } from '../../ir/alphabets.js';
import { gather, type Kernel, matvec, type Packing } from '../kernel.js';
import { vectorsOfRows, wordsOfInputs, wordsOfRows } from './packing-forms.js';

const asTheyAre: Packing = {
  ctype: 'int8_t',
  bytes: ({ codes }) => codes.length,
  pack: ({ codes }) => codes,
};

const byte = (code: number): number => code & 255;

/** A byte a weight: row after row, in words of a row for DSP instructions, in vectors for Helium. */
export const s8: readonly Kernel[] = [
  matvec({ stem: 's8', input: 's8', isa: 'c', alphabets: ['s8'], tile: { rows: 1, inputs: 1 }, packing: asTheyAre }),
  matvec({
    ...{ stem: 's8', input: 's8', isa: 'dsp', alphabets: BYTE_CODES, tile: { rows: 4, inputs: 4 }, unrolled: 4 },
    packing: wordsOfRows([0, 1, 2, 3], byte),
    work: wordsOfInputs(2, 4),
  }),
  matvec({
    ...{ stem: 's8', input: 's8', isa: 'mve', alphabets: BYTE_CODES, tile: { rows: 4, inputs: 16 } },
    packing: vectorsOfRows(16),
  }),
  matvec({ stem: 's8', input: 's16', isa: 'c', alphabets: ['s8'], tile: { rows: 1, inputs: 1 }, packing: asTheyAre }),
  matvec({
    ...{ stem: 's8', input: 's16', isa: 'dsp', alphabets: BYTE_CODES, tile: { rows: 4, inputs: 4 }, unrolled: 4 },
    // in the bytes of a word the inputs 0, 2, 1, 3: two of them are a half apart
    packing: wordsOfRows([0, 2, 1, 3], byte),
    work: wordsOfInputs(2, 4),
  }),
  matvec({
    ...{ stem: 's8', input: 's16', isa: 'mve', tile: { rows: 4, inputs: 8 } },
    alphabets: [...BYTE_CODES, ...TERNARY_CODES],
    packing: vectorsOfRows(8),
  }),
  gather('s8', codesOfBits(8), asTheyAre),
];
