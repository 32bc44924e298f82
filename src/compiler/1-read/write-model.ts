import type { RowScale } from '../../fixed/formats.js';
import type { Codes, InputScaling, Layer, Matrix, Model } from '../../ir/model.js';
import { QUANTIZERS } from '../../quantizers/index.js';
import { MODEL_FORMAT, MODEL_VERSION } from './schema.js';

/** Model -> text of model.json; the same model gives the same bytes, and readModel gives the model back. */
export function writeModel(model: Model): string {
  const { name, activationBits, input, layers, labels, goldenInput, training } = model;
  const file = {
    format: MODEL_FORMAT,
    version: MODEL_VERSION,
    name,
    ...(activationBits !== 8 && { activationBits }),
    input: writeInput(input),
    layers: layers.map(writeLayer),
    labels,
    goldenInput: toBase64(writeCodes(goldenInput)),
    training,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

const writeInput = ({ size, encoding, fraction, offset, scale, features }: InputScaling) => ({
  size,
  ...(encoding !== undefined && { encoding }),
  fraction,
  offset,
  scale,
  ...(features !== undefined && { features }),
});

/** s8 codes as bytes, s16 codes and symbols little-endian. */
function writeCodes(codes: Codes): Uint8Array {
  if (codes instanceof Int8Array) return new Uint8Array(codes.buffer, codes.byteOffset, codes.length);
  const bytes = Buffer.alloc(2 * codes.length);
  codes.forEach((code, i) => void bytes.writeInt16LE(code, 2 * i));
  return bytes;
}

function writeLayer(layer: Layer) {
  const { type, name, units } = layer;
  if (layer.type === 'dense') {
    const { activation, weights, bias, outputFraction } = layer;
    return { type, name, units, activation, weights: writeMatrix(weights), bias: [...bias], outputFraction };
  }
  if (layer.type === 'affine') {
    const { m, n, bias, outputFraction } = layer;
    return { type, name, units, m: [...m], n: [...n], bias: [...bias], outputFraction };
  }
  const { scope, input, recurrent, activation } = layer;
  const matrices = { input: writeMatrix(input), recurrent: writeMatrix(recurrent) };
  const shared = { type, name, units, scope, ...matrices, activation };
  if (layer.type === 'rnn') return { ...shared, bias: [...layer.bias], hiddenFraction: layer.hiddenFraction };
  if (layer.type === 'lstm') return { ...shared, bias: [...layer.bias], cellFraction: layer.cellFraction };
  const { reset, inputBias, recurrentBias } = layer;
  return { ...shared, reset, inputBias: [...inputBias], recurrentBias: [...recurrentBias] };
}

const writeMatrix = ({ format, rows, cols, codes, scale, realScale }: Matrix) => ({
  format,
  rows,
  cols,
  codes: toBase64(QUANTIZERS[format].pack(codes)),
  scale: writeScale(scale),
  realScale: [...realScale],
});

const writeScale = (scale: RowScale) =>
  scale.kind === 'shift'
    ? { kind: scale.kind, left: scale.left, n: [...scale.n] }
    : { kind: scale.kind, pre: scale.pre, m: [...scale.m], n: [...scale.n] };

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
