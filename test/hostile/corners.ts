import { readModel } from '../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { lower } from '../../src/compiler/2-lower/lower.js';
import { DiagnosticError } from '../../src/diagnostics.js';
import { realScale } from '../../src/fixed/formats.js';
import { ALPHABETS } from '../../src/ir/alphabets.js';
import { hiddenFraction, type Layer, type Matrix, type Model, outputFraction, readsTable } from '../../src/ir/model.js';
import { verifyProgram } from '../../src/ops/verify.js';
import { QUANTIZERS } from '../../src/quantizers/index.js';
import { type Draw, randomNetwork } from '../fuzz/random-network.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Numbers = Int8Array | Uint8Array | Int16Array | Int32Array;

/** One number of a model that some range rule limits, and how far the file may hold it. */
interface Knob {
  readonly what: string;
  readonly low: number;
  readonly high: number;
  read(model: Model): number;
  /** Only ever on a copy. */
  write(model: Model, value: number): void;
}

const matricesOf = (layer: Layer): [string, Matrix][] =>
  'weights' in layer
    ? [['weights', layer.weights]]
    : layer.type === 'scaleShift' || layer.type === 'pool' || layer.type === 'repeat'
      ? []
      : [
          ['input', layer.input],
          ['recurrent', layer.recurrent],
        ];
const matrixOf = (model: Model, index: number, name: string): Matrix =>
  matricesOf(model.layers[index]!).find(([other]) => other === name)![1];

/** Largest base of a search: what is larger takes long and has no rule of its own. */
const MAX_ROW = 600;

/** A knob of a layer, drawn. */
function knobOf(draw: Draw, model: Model): Knob {
  const index = draw.integer(0, model.layers.length - 1);
  const layer = model.layers[index]!;
  const field = (name: string, low: number, high: number): Knob => ({
    what: `/layers/${index}/${name}`,
    ...{ low, high },
    read: (m) => (m.layers[index] as unknown as { [key: string]: number })[name]!,
    write: (m, value) => {
      (m.layers[index] as unknown as { [key: string]: number })[name] = value;
    },
  });
  const element = (name: string, low: number, high: number, list: (m: Model) => Numbers): Knob => {
    const at = draw.integer(0, list(model).length - 1);
    const write = (m: Model, value: number): void => {
      list(m)[at] = value;
    };
    return { what: `/layers/${index}/${name}/${at}`, low, high, read: (m) => list(m)[at]!, write };
  };
  const own = (name: string) => (m: Model) => (m.layers[index] as unknown as { [key: string]: Numbers })[name]!;
  const knobs: Knob[] = [];
  for (const name of ['bias', 'inputBias', 'recurrentBias'])
    if (own(name)(model)?.length > 0) knobs.push(element(name, -(2 ** 30), 2 ** 30, own(name)));
  if (layer.type === 'scaleShift') {
    knobs.push(element('m', -32767, 32767, own('m')), element('n', 0, 30, own('n')));
    knobs.push(field('outputFraction', 0, 15));
  }
  if ('weights' in layer) knobs.push(field('outputFraction', 0, 15));
  if (layer.type === 'lstm') knobs.push(field('cellFraction', 4, 15));
  if (layer.type === 'rnn' && layer.activation === 'relu') knobs.push(field('hiddenFraction', 0, 15));
  for (const [name, matrix] of matricesOf(layer)) {
    const scaleOf = (m: Model) => matrixOf(m, index, name).scale;
    // a joint scale is that of both matrices: both change
    const both = (m: Model): Matrix[] =>
      'scope' in layer && layer.scope === 'joint'
        ? matricesOf(m.layers[index]!).map(([, one]) => one)
        : [matrixOf(m, index, name)];
    const scalar = (key: 'left' | 'pre', high: number): Knob => ({
      what: `/layers/${index}/${name}/scale/${key}`,
      ...{ low: 0, high },
      read: (m) => (scaleOf(m) as unknown as { [key: string]: number })[key]!,
      write: (m, value) => {
        for (const one of both(m)) (one.scale as unknown as { [key: string]: number })[key] = value;
      },
    });
    const row = draw.integer(0, matrix.rows - 1);
    const list = (key: 'm' | 'n', low: number, high: number): Knob => ({
      what: `/layers/${index}/${name}/scale/${key}/${row}`,
      ...{ low, high },
      read: (m) => (scaleOf(m) as unknown as { [key: string]: Numbers })[key]![row]!,
      write: (m, value) => {
        for (const one of both(m)) (one.scale as unknown as { [key: string]: Numbers })[key]![row] = value;
      },
    });
    knobs.push(list('n', 0, 30));
    if (matrix.scale.kind === 'shift') knobs.push(scalar('left', 15));
    else knobs.push(scalar('pre', 30), list('m', 1, 32767));
    if (matrix.format === 's8') knobs.push(element(`${name}/codes`, -127, 127, (m) => matrixOf(m, index, name).codes));
  }
  return draw.pick(...knobs);
}

/** Every weight of some rows at the end of its format: sums as large as they can be. */
function fillRows(draw: Draw, model: Model): void {
  const index = draw.integer(0, model.layers.length - 1);
  for (const [, { rows, cols, codes, format }] of matricesOf(model.layers[index]!)) {
    const { largest } = ALPHABETS[QUANTIZERS[format].alphabet];
    for (let j = draw.integer(0, rows - 1); j < rows; j += draw.integer(1, 3)) {
      const sign = draw.pick(-1, 1);
      codes.fill(sign * largest, j * cols, (j + 1) * cols);
    }
  }
}

/** The real scales that the integers stand for: then the float network is the same one. */
function setRealScales(model: Model): void {
  let { fraction } = model.input;
  for (const layer of model.layers) {
    for (const [name, matrix] of matricesOf(layer)) {
      const from = name === 'recurrent' ? hiddenFraction(layer as never, model.activationBits) : fraction;
      const to = 'weights' in layer && !readsTable(layer.activation) ? layer.outputFraction : 12;
      for (let j = 0; j < matrix.rows; j++) matrix.realScale[j] = realScale(matrix.scale, j) * 2 ** (from - to);
    }
    fraction = outputFraction(layer, model.activationBits);
  }
}

/** Whether the range rules let it pass: all that refuses a number before kernels are chosen. Crashes come through. */
function accepted(model: Model): boolean {
  try {
    return verifyProgram(lower(readModel(writeModel(model)))).length === 0;
  } catch (error) {
    if (error instanceof DiagnosticError) return false;
    throw error;
  }
}

export interface Corner {
  readonly what: string;
  readonly text: string;
}

/**
 * Models at the edge of some range rule: a random network, some of whose numbers are at their ends, and one more number on both
 * sides of the place from which it is refused. Which rule that is (int32, 2^30, a shift, a pre-shift, a table) is not said
 * here: what changes the answer is the edge.
 */
export function cornersOf(draw: Draw, seed: number): Corner[] {
  const { model } = randomNetwork(seed);
  const tooLarge = model.layers.some((layer) => matricesOf(layer).some(([, { cols, rows }]) => cols * rows > MAX_ROW));
  const base = structuredClone(tooLarge ? randomSmall(draw, seed) : model) as Mutable<Model>;
  if (draw.integer(0, 1) === 0) fillRows(draw, base);
  for (let k = draw.integer(0, 3); k > 0; k--) {
    const knob = knobOf(draw, base);
    const before = knob.read(base);
    knob.write(base, draw.pick(knob.low, knob.high, before));
    if (!accepted(base)) knob.write(base, before);
  }
  const knob = knobOf(draw, base);
  const at = (value: number): Model => {
    const copy = structuredClone(base);
    knob.write(copy, value);
    setRealScales(copy);
    return copy;
  };
  const corners = new Set<number>([knob.low, knob.high]);
  const start = knob.read(base);
  for (const end of [knob.low, knob.high]) {
    let [good, bad] = [start, end];
    if (!accepted(at(good)) || accepted(at(bad))) continue;
    while (Math.abs(good - bad) > 1) {
      const middle = Math.trunc((good + bad) / 2);
      if (accepted(at(middle))) good = middle;
      else bad = middle;
    }
    for (const value of [good - 1, good, bad, 2 * bad - good])
      if (value >= knob.low && value <= knob.high) corners.add(value);
  }
  return [...corners].map((value) => ({ what: `${knob.what} = ${value}`, text: writeModel(at(value)) }));
}

/** The next random network whose matrices are small. */
function randomSmall(draw: Draw, seed: number): Model {
  for (let next = seed + 1_000_003; ; next += draw.integer(1, 1000)) {
    const { model } = randomNetwork(next);
    if (model.layers.every((layer) => matricesOf(layer).every(([, { cols, rows }]) => cols * rows <= MAX_ROW)))
      return model;
  }
}
