import { readLengths } from '../data/arrays/arrays.js';
import { arrayShape, arrayValue } from '../data/arrays/diagnostics.js';
import { readNpy } from '../data/arrays/npy.js';
import { badValue, fail, inputsWrongSize } from '../diagnostics.js';
import { ACTIVATION_FORMATS, type Codes, codesArray, type Model, stepLength } from '../ir/model.js';
import { readInputFile } from '../read-file.js';

/** Largest model.json that is read: about 300 million ternary weights. */
const MODEL_LIMIT_BYTES = 128 * 1024 * 1024;
const INPUTS_LIMIT_BYTES = 16 * 1024 * 1024;

/** Text of a model.json. */
export const readModelText = (path: string): string => readInputFile(path, MODEL_LIMIT_BYTES).toString('utf8');

/**
 * Recorded sequences of codes: an array of rnnq data --export, or one sequence as raw bytes, whole steps: s8 codes,
 * little-endian s16 codes, or one s16 symbol a step.
 */
export function readInputs(path: string, model: Model): Codes[] {
  if (!/\.npy$/i.test(path)) return [readRawInputs(path, model)];
  const { shape, values } = readNpy(path);
  const [count, steps, width] = shape;
  const own = stepLength(model.input);
  if (shape.length !== 3 || width !== own || values.length === 0)
    return fail(arrayShape(path, shape, `sequences x steps x ${own}`));
  const lengths = readLengths(path, undefined, count!, steps!);
  const codes = codesArray(model.input, model.activationBits).from(values);
  const { largest } = ACTIVATION_FORMATS[codes instanceof Int8Array ? 8 : 16];
  const bad = values.findIndex((value) => !Number.isInteger(value) || Math.abs(value) > largest);
  if (bad >= 0) fail(arrayValue(path, bad, values[bad]!, `a code from ${-largest} to ${largest}`));
  return Array.from(lengths, (length, i) => codes.subarray(i * steps! * own, (i * steps! + length) * own));
}

function readRawInputs(path: string, { input, activationBits }: Model): Codes {
  if (/\.(csv|tsv|txt|json|wav)$/i.test(path))
    fail({
      ...badValue('--inputs', `${path} has the name of data, not of codes`),
      hint: 'rnnq data <data> --model <model> --export codes.npy writes the codes of data',
    });
  const bytes = readInputFile(path, INPUTS_LIMIT_BYTES);
  const array = codesArray(input, activationBits);
  const size = array.BYTES_PER_ELEMENT * stepLength(input);
  if (bytes.length === 0 || bytes.length % size !== 0) fail(inputsWrongSize(path, bytes.length, size));
  if (array === Int8Array) return Int8Array.from(bytes);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}
