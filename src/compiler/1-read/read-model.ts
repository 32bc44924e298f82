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
} from '../../diagnostics.js';
import { readBlock } from '../../frontends/index.js';
import {
  type Codes,
  codesArray,
  type InputScaling,
  type Layer,
  type Model,
  type OutputQuantity,
} from '../../ir/model.js';
import { fromBase64, type Say } from '../../layers/fields.js';
import { fieldsOf } from '../../layers/index.js';
import { complaints } from '../../validate.js';
import { checkModel } from './check-model.js';
import { migrate } from './migrate.js';
import { type LayerFile, MODEL_FORMAT, MODEL_VERSION, type ModelFile, modelSchema } from './schema.js';

/** Keys that could reach an object's prototype. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Text of model.json -> Model. Collects all complaints of a stage, then throws DiagnosticError. */
export function readModel(text: string): Model {
  const file = parse(text);
  const found: Diagnostic[] = [];
  const say: Say = (complaint) => complaint && found.push(complaint);
  const layers = file.layers.map((layer, i) => readLayer(layer, `/layers/${i}`, say));
  throwIfAny(found);
  const { name, task, labels, outputs, thresholds, anomaly, training, activationBits = 8, tables, decision } = file;
  const input = readInput(file.input);
  const golden = fromBase64(file.goldenInput);
  if (golden === null) fail(notBase64('/goldenInput'));
  const goldenInput = readCodes(golden, codesArray(input, activationBits));
  const model: Model = {
    ...{ name, activationBits, input, layers, labels, training, goldenInput },
    ...(tables && { tables }),
    ...(decision !== undefined && { decision }),
    ...(task !== undefined && { task }),
    ...(outputs !== undefined && { outputs: outputs.map(readQuantity) }),
    ...(thresholds !== undefined && { thresholds }),
    ...(anomaly !== undefined && { anomaly }),
  };
  throwIfAny(checkModel(model));
  return model;
}

/** Optional fields that are absent are no keys of what was parsed, so the type that zod gives them is too wide. */
function readInput({ frontEnd, ...input }: ModelFile['input']): InputScaling {
  if (frontEnd === undefined) return input as InputScaling;
  return { ...input, frontEnd: { ...frontEnd, blocks: frontEnd.blocks.map(readBlock) } } as InputScaling;
}

function readQuantity({ unit, decimals, ...rest }: NonNullable<ModelFile['outputs']>[number]): OutputQuantity {
  return { ...rest, ...(unit !== undefined && { unit }), ...(decimals !== undefined && { decimals }) };
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
  const file = header?.format === MODEL_FORMAT ? migrate(header) : json;
  if (header?.format === MODEL_FORMAT && (file as typeof header).version !== MODEL_VERSION)
    fail(modelVersion(header.version, MODEL_VERSION));
  const result = modelSchema.safeParse(file);
  if (!result.success)
    throwIfAny(
      complaints(result.error, file)
        .slice(0, 20)
        .map((c) => modelSchemaMismatch(c.path, c.message)),
    );
  return result.data!;
}

function readLayer({ type, name, units, ...file }: LayerFile, at: string, say: Say): Layer {
  const values = fieldsOf(type)
    .filter(([key]) => file[key] !== undefined)
    .map(([key, field]) => [key, field.read(file[key], `${at}/${key}`, say)]);
  return { type, name, units, ...Object.fromEntries(values) } as Layer;
}
