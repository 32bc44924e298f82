import {
  type Diagnostic,
  fail,
  forbiddenKey,
  goldenLength,
  modelNotJson,
  modelSchemaMismatch,
  modelVersion,
  notBase64,
  throwIfAny,
  weightsBadCode,
  weightsWrongBytes,
} from '../../diagnostics.js';
import type { RowScale } from '../../fixed/formats.js';
import { type Codes, codesArray, type InputScaling, type Layer, type Matrix, type Model } from '../../ir/model.js';
import { QUANTIZERS } from '../../quantizers/index.js';
import { packedBytes } from '../../quantizers/quantizer.js';
import { complaints } from '../../validate.js';
import { checkModel } from './check-model.js';
import { type MatrixFile, MODEL_FORMAT, MODEL_VERSION, type ModelFile, modelSchema } from './schema.js';

/** Keys that could reach an object's prototype. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Text of model.json -> Model. Collects all complaints of a stage, then throws DiagnosticError. */
export function readModel(text: string): Model {
  const file = parse(text);
  const found: Diagnostic[] = [];
  const layers = file.layers.map((layer, i) => readLayer(layer, `/layers/${i}`, found));
  throwIfAny(found);
  const { name, labels, training, activationBits = 8 } = file;
  const input = readInput(file.input);
  const golden = fromBase64(file.goldenInput);
  if (golden === null) fail(notBase64('/goldenInput'));
  const goldenInput = readCodes(golden, codesArray(input, activationBits));
  const model: Model = { name, activationBits, input, layers, labels, training, goldenInput };
  throwIfAny(checkModel(model));
  return model;
}

/** Without the fields that are absent. */
function readInput({ encoding, features, ...rest }: ModelFile['input']): InputScaling {
  return { ...rest, ...(encoding !== undefined && { encoding }), ...(features !== undefined && { features }) };
}

/** s8 codes, or little-endian s16 codes or symbols. */
function readCodes(bytes: Uint8Array, type: ReturnType<typeof codesArray>): Codes {
  if (type === Int8Array) return Int8Array.from(bytes);
  if (bytes.length % 2 !== 0) fail(goldenLength(2, bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true));
}

function parse(text: string): ModelFile {
  let json: unknown;
  let forbidden: string | null = null;
  try {
    json = JSON.parse(text, (key, value) => {
      if (FORBIDDEN_KEYS.has(key)) forbidden = key;
      return value;
    });
  } catch (error) {
    fail(modelNotJson(error instanceof RangeError ? 'it is nested too deep' : (error as Error).message));
  }
  if (forbidden !== null) fail(forbiddenKey(forbidden));
  const header = json as { format?: unknown; version?: unknown } | null;
  if (header?.format === MODEL_FORMAT && header.version !== MODEL_VERSION)
    fail(modelVersion(header.version, MODEL_VERSION));
  const result = modelSchema.safeParse(json);
  if (!result.success)
    throwIfAny(
      complaints(result.error, json)
        .slice(0, 20)
        .map((c) => modelSchemaMismatch(c.path, c.message)),
    );
  return result.data!;
}

type LayerFile = ModelFile['layers'][number];

function readLayer(layer: LayerFile, at: string, complaints: Diagnostic[]): Layer {
  if (layer.type === 'dense')
    return {
      ...layer,
      weights: readMatrix(layer.weights, `${at}/weights`, complaints),
      bias: Int32Array.from(layer.bias),
    };
  if (layer.type === 'affine') {
    const { m, n, bias } = layer;
    return { ...layer, m: Int16Array.from(m), n: Uint8Array.from(n), bias: Int32Array.from(bias) };
  }
  const input = readMatrix(layer.input, `${at}/input`, complaints);
  const recurrent = readMatrix(layer.recurrent, `${at}/recurrent`, complaints);
  if (layer.type !== 'gru') return { ...layer, input, recurrent, bias: Int32Array.from(layer.bias) };
  const inputBias = Int32Array.from(layer.inputBias);
  return { ...layer, input, recurrent, inputBias, recurrentBias: Int32Array.from(layer.recurrentBias) };
}

function readMatrix(matrix: MatrixFile, at: string, complaints: Diagnostic[]): Matrix {
  const { format, rows, cols } = matrix;
  const quantizer = QUANTIZERS[format];
  const bytes = fromBase64(matrix.codes);
  const expected = packedBytes(rows * cols, quantizer.bits);
  let codes: Int8Array | null = null;
  if (bytes === null) complaints.push(notBase64(`${at}/codes`));
  else if (bytes.length !== expected)
    complaints.push(weightsWrongBytes(`${at}/codes`, rows, cols, format, expected, bytes.length));
  else {
    codes = quantizer.unpack(bytes, rows * cols);
    if (codes === null) complaints.push(weightsBadCode(`${at}/codes`, format));
  }
  const realScale = Float64Array.from(matrix.realScale);
  return { format, rows, cols, codes: codes ?? new Int8Array(0), scale: readScale(matrix.scale), realScale };
}

const readScale = (scale: MatrixFile['scale']): RowScale =>
  scale.kind === 'shift'
    ? { ...scale, n: Uint8Array.from(scale.n) }
    : { ...scale, m: Int16Array.from(scale.m), n: Uint8Array.from(scale.n) };

/** Node drops what is no base64; a text that does not come back is refused. */
function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
