import { writeBlock } from '../../frontends/index.js';
import type { Codes, InputScaling, Layer, Model } from '../../ir/model.js';
import { toBase64 } from '../../layers/fields.js';
import { fieldsOf } from '../../layers/index.js';
import { MODEL_FORMAT, MODEL_VERSION } from './schema.js';

/** Model -> text of model.json; the same model gives the same bytes, and readModel gives the model back. */
export function writeModel(model: Model): string {
  const {
    name,
    activationBits,
    tables = 'nearest',
    input,
    layers,
    task,
    decision,
    labels,
    outputs,
    thresholds,
    anomaly,
    goldenInput,
    training,
  } = model;
  const file = {
    format: MODEL_FORMAT,
    version: MODEL_VERSION,
    name,
    ...(activationBits !== 8 && { activationBits }),
    ...(tables !== 'nearest' && { tables }),
    input: writeInput(input),
    layers: layers.map(writeLayer),
    ...(task !== undefined && { task }),
    ...(decision !== undefined && { decision }),
    labels,
    ...(outputs !== undefined && { outputs }),
    ...(thresholds !== undefined && { thresholds }),
    ...(anomaly !== undefined && { anomaly }),
    goldenInput: toBase64(writeCodes(goldenInput)),
    training,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

const writeInput = ({
  size,
  encoding,
  fraction,
  offset,
  scale,
  features,
  frontEnd,
  channels,
  rate,
  reading,
}: InputScaling) => ({
  size,
  ...(encoding !== undefined && { encoding }),
  fraction,
  offset,
  scale,
  ...(features !== undefined && { features }),
  ...(frontEnd !== undefined && { frontEnd: { ...frontEnd, blocks: frontEnd.blocks.map(writeBlock) } }),
  ...(channels !== undefined && { channels }),
  ...(rate !== undefined && { rate }),
  ...(reading !== undefined && { reading }),
});

/** s8 codes as bytes, s16 codes and symbols little-endian. */
function writeCodes(codes: Codes): Uint8Array {
  if (codes instanceof Int8Array) return new Uint8Array(codes.buffer, codes.byteOffset, codes.length);
  const bytes = Buffer.alloc(2 * codes.length);
  codes.forEach((code, i) => void bytes.writeInt16LE(code, 2 * i));
  return bytes;
}

/** A layer as model.json holds it. */
export function writeLayer({ type, name, units, ...values }: Layer) {
  const fields = fieldsOf(type)
    .filter(([key]) => values[key as keyof typeof values] !== undefined)
    .map(([key, field]) => [key, field.write(values[key as keyof typeof values])]);
  return { type, name, units, ...Object.fromEntries(fields) };
}
