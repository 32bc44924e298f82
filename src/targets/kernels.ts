import type { FormatName } from '../ir/model.js';
import type { Isa, Kernel } from './kernel.js';
import {
  gather,
  matvec,
  matvecDigits,
  matvecEights,
  matvecFourRows,
  matvecLanes,
  matvecLookup,
} from './kernel-forms.js';
import {
  packBinary,
  packBytes,
  packColumns,
  packExponents,
  packExponentWords,
  packFourExponents,
  packHalves,
  packNibbles,
  packPairs,
  packTernary,
  packVectors,
  packWords4,
  packWords8,
} from './packing.js';
import { packLookup4, packLookup5, packPlaces } from './packing-lookups.js';
import { matvecLists } from './sparse-kernels.js';

/** Formats whose codes are bytes in a kernel, whatever they are in model.json. */
const BYTES: readonly FormatName[] = ['s8', 's4', 'pow2-7'];

/** Every C function that multiplies, the preferred one first. A new kernel is one C file and one row here. */
export const KERNELS: readonly Kernel[] = [
  matvecEights,
  matvecLookup(4, 8, 90, packLookup4),
  matvecLookup(5, 4, 252, packLookup5),
  matvecLists,
  matvecLanes,
  matvecDigits,
  matvecFourRows('pow2', 'c', ['pow2-7'], packFourExponents, { inputs: 2, bytes: 1, work: 0 }),
  matvec('s8', ['s8'], 1, packBytes),
  matvecFourRows('u8x4', 'c', BYTES, packColumns, { inputs: 1, bytes: 1, work: 0 }),
  matvecFourRows('s8', 'dsp', BYTES, packWords8, { inputs: 4, bytes: 4, work: 2 }),
  matvecFourRows('s4', 'dsp', ['s4'], packWords4, { inputs: 8, bytes: 4, work: 4 }),
  matvecFourRows('pow2', 'dsp', ['pow2-7'], packExponentWords, { inputs: 8, bytes: 4, work: 4 }),
  matvecFourRows('s8', 'mve', BYTES, (weights) => packVectors(weights, 16), { inputs: 16, bytes: 16, work: 0 }),
  matvec('ternary', ['ternary'], 4, packTernary, 's16'),
  matvecLookup(4, 4, 81, packPlaces, 's16'),
  matvecFourRows(
    'ternary_u2x16',
    'dsp',
    ['ternary', 'binary'],
    packPairs,
    { inputs: 16, bytes: 4, work: 8, counted: 8 },
    's16',
  ),
  matvec('binary', ['binary'], 8, packBinary, 's16'),
  matvec('pow2', ['pow2-7'], 2, packExponents, 's16'),
  matvec('s4', ['s4'], 2, packNibbles, 's16'),
  matvec('s8', ['s8'], 1, packBytes, 's16'),
  matvecFourRows('u8x4', 'c', BYTES, packColumns, { inputs: 1, bytes: 1, work: 0 }, 's16'),
  matvecFourRows('s8', 'dsp', BYTES, packHalves, { inputs: 4, bytes: 4, work: 2 }, 's16'),
  matvecFourRows(
    's8',
    'mve',
    [...BYTES, 'ternary', 'binary'],
    (weights) => packVectors(weights, 8),
    { inputs: 8, bytes: 8, work: 0 },
    's16',
  ),
  gather('ternary', ['ternary', 'binary'], 4, packTernary),
  gather('s4', ['pow2-2', 'pow2-3', 'planes-2', 'planes-3', 's4'], 2, packNibbles),
  gather('s8', ['pow2-7', 's8'], 1, packBytes),
];

/** The kernel of the class of a network. */
export const ARGMAX = 'rnnq_argmax_s16_c';

/** Two vectors as one, by their type. */
export const CONCATS = { s8: 'rnnq_concat_s8_c', s16: 'rnnq_concat_s16_c' } as const;

/** Kernel classes a core of a class can run, the best first. */
export const RUNNABLE: { readonly [K in Isa]: readonly Isa[] } = {
  c: ['c'],
  dsp: ['dsp', 'c'],
  mve: ['mve', 'dsp', 'c'],
};
