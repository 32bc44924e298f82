import type { RowScale } from '../../fixed/formats.js';
import type { Layer, Matrix, Model } from '../../ir/model.js';
import { QUANTIZERS } from '../../quantizers/index.js';
import { MODEL_FORMAT, MODEL_VERSION } from './schema.js';

/** Model -> text of model.json; the same model gives the same bytes, and readModel gives the model back. */
export function writeModel(model: Model): string {
  const { name, input, layers, labels, goldenInput, training } = model;
  const file = {
    format: MODEL_FORMAT,
    version: MODEL_VERSION,
    name,
    input: { size: input.size, fraction: input.fraction, offset: input.offset, scale: input.scale },
    layers: layers.map(writeLayer),
    labels,
    goldenInput: toBase64(new Uint8Array(goldenInput.buffer, goldenInput.byteOffset, goldenInput.length)),
    training,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

function writeLayer(layer: Layer) {
  const { type, name, units } = layer;
  if (layer.type === 'dense') {
    const { activation, weights, bias, outputFraction } = layer;
    return { type, name, units, activation, weights: writeMatrix(weights), bias: [...bias], outputFraction };
  }
  const { scope, input, recurrent } = layer;
  const shared = { type, name, units, scope, input: writeMatrix(input), recurrent: writeMatrix(recurrent) };
  return layer.type === 'lstm'
    ? { ...shared, bias: [...layer.bias], cellFraction: layer.cellFraction }
    : { ...shared, inputBias: [...layer.inputBias], recurrentBias: [...layer.recurrentBias] };
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
