import { fail, inputsWrongSize } from '../diagnostics.js';
import { type Codes, codesArray, type Model, stepLength } from '../ir/model.js';
import { readInputFile } from '../read-file.js';

/** Largest model.json that is read: about 300 million ternary weights. */
const MODEL_LIMIT_BYTES = 128 * 1024 * 1024;
const INPUTS_LIMIT_BYTES = 16 * 1024 * 1024;

/** Text of a model.json. */
export const readModelText = (path: string): string => readInputFile(path, MODEL_LIMIT_BYTES).toString('utf8');

/** One recorded sequence, raw bytes, whole steps: s8 codes, little-endian s16 codes, or one s16 symbol a step. */
export function readInputs(path: string, { input, activationBits }: Model): Codes {
  const bytes = readInputFile(path, INPUTS_LIMIT_BYTES);
  const array = codesArray(input, activationBits);
  const size = array.BYTES_PER_ELEMENT * stepLength(input);
  if (bytes.length === 0 || bytes.length % size !== 0) fail(inputsWrongSize(path, bytes.length, size));
  if (array === Int8Array) return Int8Array.from(bytes);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}
