import { basename, dirname, join, resolve, sep } from 'node:path';
import { fail } from '../diagnostics.js';
import { readInputFile } from '../read-file.js';
import { importUnreadable, importValue, inFile } from './diagnostics.js';
import { type Imported, type Importer, type ReadOptions, refuseWeightOptions, type Source } from './importer.js';
import { jsonWeights } from './json-weights.js';
import { keras } from './keras.js';
import { npz } from './npz.js';
import { onnx } from './onnx.js';
import { pytorch } from './pytorch.js';
import { safetensors } from './safetensors.js';
import { tfjs } from './tfjs.js';
import { tflite } from './tflite.js';
import { MAX_IMPORT_BYTES } from './zip.js';

/** Every format; the first that recognizes a file reads it. */
export const IMPORTERS = {
  keras,
  onnx,
  pytorch,
  safetensors,
  npz,
  tflite,
  tfjs,
  json: jsonWeights,
} as const satisfies Readonly<Record<string, Importer>>;

/**
 * Reads the model of another tool. Nothing of a file is executed; what rnnq cannot do is collected in `problems`.
 * @throws DiagnosticError where the file cannot be read at all
 */
export async function readNetwork(path: string, options: ReadOptions = {}): Promise<Imported> {
  const bytes = readInputFile(path, MAX_IMPORT_BYTES);
  const importer = Object.values(IMPORTERS).find((row) => row.recognizes(bytes, basename(path)));
  if (importer === undefined) return fail(importUnreadable(path, 'it is of no format that rnnq knows', KNOWN));
  if (!importer.ofWeights) refuseWeightOptions(importer.title, options);
  // tensors share a file: each of them asks for it
  const files = new Map<string, Uint8Array>();
  const beside = (name: string): Uint8Array => {
    const known = files.get(name) ?? besideFile(path, name);
    files.set(name, known);
    return known;
  };
  return importer.read({ path, bytes, beside }, options);
}

const KNOWN = `read are files of ${Object.values(IMPORTERS)
  .map(({ title }) => title)
  .join(', ')}`;

/** A side file of the user's: only inside the folder of the file that names it. */
function besideFile(path: string, name: string): ReturnType<Source['beside']> {
  const folder = resolve(dirname(path));
  const target = resolve(folder, name);
  if (!target.startsWith(folder + sep) && dirname(target) !== folder)
    return fail(
      importValue(inFile(path, name), 'names a file outside the folder of the model', 'put both into one folder'),
    );
  return readInputFile(join(dirname(path), name), MAX_IMPORT_BYTES);
}
