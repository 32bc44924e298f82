import { readFileSync, statSync } from 'node:fs';
import { fail, fileTooLarge, fileUnreadable, inputsWrongSize } from '../diagnostics.js';

/** Largest model.json that is read: about 300 million ternary weights. */
const MODEL_LIMIT_BYTES = 128 * 1024 * 1024;
const INPUTS_LIMIT_BYTES = 16 * 1024 * 1024;

/** Text of a model.json. */
export const readModelText = (path: string): string => readLimited(path, MODEL_LIMIT_BYTES).toString('utf8');

/** One recorded sequence of s8 codes, raw bytes, whole steps of `size`. */
export function readInputs(path: string, size: number): Int8Array {
  const bytes = readLimited(path, INPUTS_LIMIT_BYTES);
  if (bytes.length === 0 || bytes.length % size !== 0) fail(inputsWrongSize(path, bytes.length, size));
  return Int8Array.from(bytes);
}

function readLimited(path: string, limit: number): Buffer {
  try {
    const { size } = statSync(path);
    if (size > limit) fail(fileTooLarge(path, size, limit));
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail(fileUnreadable(path, code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : code));
  }
}
