import { codesOfBits } from '../../ir/alphabets.js';
import { ternary as format } from '../../quantizers/ternary.js';
import { gather, type Kernel, matvec } from '../kernel.js';
import { rowsOfBytes } from './packing-forms.js';

/** Four weights a byte, the first in its lowest bits. */
export const ternaryPairs = rowsOfBytes(format);

/** Two bits a weight, row after row. */
export const ternary: readonly Kernel[] = [
  matvec({
    ...{ stem: 'ternary', input: 's16', isa: 'c', alphabets: ['ternary'], tile: { rows: 1, inputs: 1 } },
    ...{ packing: ternaryPairs, unrolled: 4 },
  }),
  gather('ternary', codesOfBits(2), ternaryPairs),
];
