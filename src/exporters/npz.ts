import { type NpyValues, npyBytes } from '../data/arrays/write-npy.js';
import type { RowScale } from '../fixed/formats.js';
import { type Matrix, type Model, stepLength } from '../ir/model.js';
import { VERSION } from '../version.js';
import { type RealLayer, realLayers } from './real-layers.js';
import { zipped } from './zip.js';

/** In the first bytes of every archive: its first entry is the JSON of facts, stored. */
export const NPZ_HEAD = '{"format":"rnnq-npz"';

/**
 * A model as a numpy archive: every matrix and bias as codes and as real values, scales, and in `facts` (UTF-8 of JSON)
 * everything that is no array. Names: docs/export.md. Rows keep rnnq's order of gates.
 */
export function toNpz(model: Model): Buffer {
  const layers = realLayers(model);
  const facts = Buffer.from(JSON.stringify(factsOf(model, layers)), 'utf8');
  const width = stepLength(model.input);
  const arrays = new Map<string, Buffer>([
    ['facts', npyBytes([facts.length], new Uint8Array(facts))],
    ['golden_input', npyBytes([model.goldenInput.length / width, width], model.goldenInput)],
  ]);
  const add = (name: string, values: NpyValues, shape: readonly number[] = [values.length]): void =>
    void arrays.set(name, npyBytes(shape, values));
  for (const { layer, matrices, biases, affine } of layers) {
    for (const [name, matrix] of Object.entries(matrices)) addMatrix(`${layer.name}.${name}`, matrix, add);
    for (const { name, codes, scale } of biases) {
      add(`${layer.name}.${name}.codes`, codes);
      add(`${layer.name}.${name}.scale`, scale);
      add(
        `${layer.name}.${name}`,
        scale.map((unit, j) => unit * codes[j]!),
      );
    }
    for (const [name, values] of Object.entries(affine ?? {})) add(`${layer.name}.${name}`, values);
  }
  return zipped(new Map(Array.from(arrays, ([name, bytes]) => [`${name}.npy`, bytes])));
}

type Add = (name: string, values: NpyValues, shape?: readonly number[]) => void;

function addMatrix(name: string, { rows, cols, codes, realScale, scale }: Matrix, add: Add): void {
  add(`${name}.codes`, codes, [rows, cols]);
  add(`${name}.scale`, realScale);
  add(
    name,
    Float64Array.from(codes, (code, k) => code * realScale[Math.floor(k / cols)]!),
    [rows, cols],
  );
  add(`${name}.n`, scale.n);
  if (scale.kind === 'multiplier') add(`${name}.m`, scale.m);
}

/** The model without its arrays. */
function factsOf(model: Model, layers: readonly RealLayer[]) {
  const { name, activationBits, tables = 'nearest', input, task = 'classify', decision, labels } = model;
  return {
    ...{ format: 'rnnq-npz', version: 1, producer: `rnnq ${VERSION}` },
    ...{ name, activationBits, tables, input, task, decision, labels },
    ...{ outputs: model.outputs, thresholds: model.thresholds, anomaly: model.anomaly },
    layers: layers.map(({ layer, inputFraction, outputFraction, matrices }) => ({
      ...Object.fromEntries(Object.entries(layer).filter(([, value]) => typeof value !== 'object')),
      ...{ inputFraction, outputFraction },
      matrices: Object.fromEntries(
        Object.entries(matrices).map(([own, { format, rows, cols, scale }]) => [
          own,
          { format, rows, cols, rowScale: rowScaleOf(scale) },
        ]),
      ),
    })),
  };
}

/** What a row scale has beside its arrays. */
const rowScaleOf = (scale: RowScale) =>
  scale.kind === 'shift' ? { kind: scale.kind, left: scale.left } : { kind: scale.kind, pre: scale.pre };
