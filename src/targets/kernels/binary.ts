import { binary as format } from '../../quantizers/binary.js';
import { type Kernel, matvec } from '../kernel.js';
import { rowsOfBytes } from './packing-forms.js';

/** One bit a weight, row after row. */
export const binary: readonly Kernel[] = [
  matvec({
    ...{ stem: 'binary', input: 's16', isa: 'c', alphabets: ['binary'], tile: { rows: 1, inputs: 1 } },
    packing: rowsOfBytes(format),
  }),
];
