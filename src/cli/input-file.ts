import { readFileSync, statSync } from 'node:fs';
import { fail, fileTooLarge, fileUnreadable, inputsWrongSize } from '../diagnostics.js';
import { type Codes, codesArray, type Model, stepLength } from '../ir/model.js';

/** Largest model.json that is read: about 300 million ternary weights. */
const MODEL_LIMIT_BYTES = 128 * 1024 * 1024;
const INPUTS_LIMIT_BYTES = 16 * 1024 * 1024;

/** Text of a model.json. */
export const readModelText = (path: string): string => readLimited(path, MODEL_LIMIT_BYTES).toString('utf8');

/** One recorded sequence, raw bytes, whole steps: s8 codes, little-endian s16 codes, or one s16 symbol a step. */
export function readInputs(path: string, { input, activationBits }: Model): Codes {
  const bytes = readLimited(path, INPUTS_LIMIT_BYTES);
  const array = codesArray(input, activationBits);
  const size = array.BYTES_PER_ELEMENT * stepLength(input);
  if (bytes.length === 0 || bytes.length % size !== 0) fail(inputsWrongSize(path, bytes.length, size));
  if (array === Int8Array) return Int8Array.from(bytes);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
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
