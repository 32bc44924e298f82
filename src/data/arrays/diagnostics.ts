import type { Diagnostic } from '../../diagnostics.js';
import { plural } from '../diagnostics.js';

// What can be wrong with IDX and .npy files.

export const arrayNoFile = (path: string, what: string, wanted: string): Diagnostic => ({
  code: 'array_no_file',
  at: path,
  message: `has no file of its ${what}: ${wanted} is not there`,
});

export const arrayCounts = (path: string, what: string, found: number, expected: number): Diagnostic => ({
  code: 'array_counts',
  at: path,
  message: `has ${found} ${what}, the sequences ${expected}`,
});

export const arrayShape = (path: string, shape: readonly number[], expected: string): Diagnostic => ({
  code: 'array_shape',
  at: path,
  message: `has the shape (${shape.join(', ')}), expected ${expected}`,
});

export const arrayValue = (path: string, place: number, value: number, expected: string): Diagnostic => ({
  code: 'array_value',
  at: path,
  message: `number ${place} is ${value}, not ${expected}`,
});

export const idxHeader = (path: string, found: string, dimensions: number): Diagnostic => ({
  code: 'idx_header',
  at: path,
  message: `begins with ${found || 'nothing'}, an IDX file of bytes in ${plural(dimensions, 'dimension')} with 0000080${dimensions}`,
  hint: dimensions === 3 ? 'images have 3 dimensions: count, rows, columns' : 'labels have 1 dimension',
});

export const idxDamaged = (path: string, sizes: readonly number[], expected: number, found: number): Diagnostic => ({
  code: 'idx_damaged',
  at: path,
  message: `has ${found} bytes, ${sizes.join(' x ')} with the header take ${expected}`,
});

export const npyNotNpy = (path: string, bytes: number): Diagnostic => ({
  code: 'npy_not_npy',
  at: path,
  message: `is no .npy file: its ${plural(bytes, 'byte')} do not begin with \\x93NUMPY`,
  hint: 'numpy.save writes such files; a .npz holds several of them: unzip it',
});

export const npyHeader = (path: string, header: string): Diagnostic => ({
  code: 'npy_header',
  at: path,
  message: `the header cannot be read: ${JSON.stringify(header.slice(0, 100))}`,
});

export const npyType = (path: string, type: string, fortran: boolean): Diagnostic => ({
  code: 'npy_type',
  at: path,
  message: `holds numbers of the type ${type} in ${fortran ? 'Fortran' : 'C'} order`,
  hint: "read are f2, f4, f8, i1, i2, i4, i8, u1, u2, little-endian, in C order: np.ascontiguousarray(x, dtype='<f4')",
});

export const npyDamaged = (path: string, sizes: readonly number[], expected: number, found: number): Diagnostic => ({
  code: 'npy_damaged',
  at: path,
  message: `has ${found} bytes, (${sizes.join(', ')}) with the header takes ${expected}`,
});
