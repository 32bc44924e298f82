import { roundShift } from '../../src/fixed/fixed.js';
import type { TableName } from '../../src/fixed/tables.js';
import { type Codes, gateFunction, hiddenFraction, isDenseOfSteps, type Model } from '../../src/ir/model.js';
import { type Op, PHASES, type Program } from '../../src/ir/program.js';
import { opDef } from '../../src/ops/index.js';
import { isTie, roundedValues } from './rounded-values.js';

/** Everything a campaign must have met at least once. */
export const EDGES = [
  ...[
    'op matvec',
    'op matvecAt',
    'op addBias',
    'op requantize',
    'op add',
    'op narrow',
    'op mul',
    'op lerp',
    'op lut',
    'op interpolate',
    'op argmax',
  ],
  ...[
    'op gather',
    'op concat',
    'op shift',
    'op scaleShift',
    'op hard',
    'op score',
    'op delay',
    'op wait',
    'op pool',
    'op resume',
    'op count',
    'op hold',
    'waits for inputs',
    'pool max',
    'pool mean',
    'partial conv1d',
    'partial max',
    'partial mean',
    'dense layer of all steps last',
    'no prediction yet',
    'task regress',
    'task detect',
    'task anomaly',
    'tie scaleShift',
    'unknown symbol',
    'scaleShift clamped low',
    'scaleShift clamped high',
  ],
  ...[
    'cell gru',
    'cell lstm',
    'cell rnn',
    'layer conv1d',
    'layer pool',
    'layer repeat',
    'hard gates',
    'relu cell',
    'relu gru',
    'relu lstm',
    'relu state without fraction bits',
    'hard gates with another candidate',
    'reset after',
    'reset before',
    'one-hot input',
    'two formats in a layer',
    'dense last',
    'dense inner',
    'dense stack',
    'no dense',
    'stack of two',
    'activations of 16 bits',
    'activation linear',
    'activation relu',
    'activation tanh',
    'activation sigmoid',
  ],
  ...[
    'format ternary',
    'format s8',
    'format binary',
    'format pow2-2',
    'format pow2-3',
    'format pow2-7',
    'format planes-2',
    'format planes-3',
    'format s4',
    'scale shift',
    'scale shift to the left',
    'scale multiplier',
    'scale with a pre-shift',
  ],
  ...[
    'scope joint',
    'scope separate',
    'input -128 clamped',
    'cell clamped low',
    'cell clamped high',
    'cell fraction 4 (left shift of the index)',
  ],
  ...['reset part clamped low', 'reset part clamped high', 'output s16 clamped low', 'output s16 clamped high'],
  ...['inner s8 clamped low', 'inner s8 clamped high', 'relu clamped', 'odd columns', 'row of zeros'],
  ...['tie requantize', 'tie mul', 'tie lut', 'tie interpolate', 'tie lerp', 'tie narrow', 'tie of a negative value'],
  ...[
    'sigmoid index saturated low',
    'sigmoid index saturated high',
    'tanh index saturated low',
    'tanh index saturated high',
  ],
] as const;
export type Edge = (typeof EDGES)[number];

/** Counts edges while programs run on the golden semantics; gate indices separately. */
export class Coverage {
  readonly counts = new Map<Edge, number>(EDGES.map((edge) => [edge, 0]));
  indices = 0;
  unsaturated = 0;

  hit(edge: Edge, when = true): void {
    if (when) this.counts.set(edge, this.counts.get(edge)! + 1);
  }

  get missing(): Edge[] {
    return EDGES.filter((edge) => this.counts.get(edge) === 0);
  }

  get unsaturatedShare(): number {
    return this.unsaturated / this.indices;
  }

  noteModel({ layers, input, activationBits, task }: Model): void {
    if (task !== undefined) this.hit(`task ${task}`);
    const recurrent = layers.filter((l) => 'recurrent' in l);
    this.hit('one-hot input', input.encoding === 'one-hot');
    this.hit('activations of 16 bits', activationBits === 16);
    this.hit('stack of two', recurrent.length > 1);
    this.hit('no dense', layers.at(-1)!.type !== 'dense');
    this.hit('dense stack', layers.length > 2 && layers.slice(-3).every(({ type }) => type === 'dense'));
    layers.forEach((layer, i) => {
      if (layer.type === 'pool') this.hit(`pool ${layer.function}`);
      if (layer.type === 'pool' || layer.type === 'conv1d' || layer.type === 'repeat') this.hit(`layer ${layer.type}`);
      if ('keeps' in layer) this.hit(`partial ${layer.type === 'pool' ? layer.function : layer.type}`);
      this.hit('dense layer of all steps last', i === layers.length - 1 && isDenseOfSteps(layer));
      if (layer.type === 'scaleShift' || layer.type === 'pool' || layer.type === 'repeat') return;
      const matrices = 'weights' in layer ? [layer.weights] : [layer.input, layer.recurrent];
      for (const { format, scale, codes, cols, rows } of matrices) {
        this.hit(`format ${format}`);
        this.hit(`scale ${scale.kind}`);
        this.hit('scale shift to the left', scale.kind === 'shift' && scale.left > 0);
        this.hit('scale with a pre-shift', scale.kind === 'multiplier' && scale.pre > 0);
        this.hit('odd columns', cols % 4 !== 0);
        for (let j = 0; j < rows; j++)
          this.hit(
            'row of zeros',
            codes.subarray(j * cols, (j + 1) * cols).every((c) => c === 0),
          );
      }
      if ('weights' in layer) {
        if (layer.type === 'dense') this.hit(i === layers.length - 1 ? 'dense last' : 'dense inner');
        this.hit(`activation ${layer.activation}`);
        return;
      }
      this.hit(`cell ${layer.type}`);
      this.hit('hard gates', layer.activation === 'hard');
      this.hit('relu cell', layer.activation === 'relu');
      if (layer.type !== 'rnn') {
        this.hit(`relu ${layer.type}`, layer.activation === 'relu');
        this.hit('hard gates with another candidate', gateFunction(layer) === 'hard' && layer.activation !== 'hard');
      }
      this.hit('relu state without fraction bits', layer.type !== 'rnn' && hiddenFraction(layer, activationBits) <= 0);
      if (layer.type === 'gru') this.hit(`reset ${layer.reset}`);
      this.hit('two formats in a layer', layer.input.format !== layer.recurrent.format);
      this.hit(`scope ${layer.scope}`);
      this.hit('cell fraction 4 (left shift of the index)', layer.type === 'lstm' && layer.cellFraction === 4);
    });
  }

  /** Runs a program over a sequence from reset and looks at every operand. */
  run(program: Program, sequence: Codes): void {
    const values = program.tensors.map(({ type }) => new Int32Array(type.length));
    const size = values[program.input]!.length;
    for (let t = 0; t < sequence.length; t += size) {
      values[program.input]!.set(sequence.subarray(t, t + size));
      for (const phase of PHASES)
        for (const op of program.phases[phase]) {
          const inputs = op.inputs.map((id) => values[id]!);
          this.#note(op, program, inputs);
          const { ends, evaluate } = opDef(op);
          const isLast = ends?.(op, inputs) ?? false;
          evaluate(op, inputs, values[op.output]!);
          this.hit('waits for inputs', isLast);
          if (isLast) break;
        }
    }
  }

  #noteIndex(table: TableName, index: number): void {
    this.indices++;
    if (index >= -128 && index <= 127) this.unsaturated++;
    this.hit(`${table} index saturated low`, index < -128);
    this.hit(`${table} index saturated high`, index > 127);
  }

  #note(op: Op, program: Program, inputs: readonly Int32Array[]): void {
    this.hit(`op ${op.kind}`);
    for (const [value, shift] of roundedValues(op, inputs)) {
      if (!isTie(value, shift)) continue;
      this.hit(`tie ${op.kind}` as Edge);
      this.hit('tie of a negative value', value < 0);
    }
    const [a] = inputs;
    if (op.kind === 'lut') {
      const { table, left, shift, zero } = op.attributes;
      for (const v of a!) this.#noteIndex(table, roundShift(v * 2 ** left, shift) + zero - 128);
    } else if (op.kind === 'interpolate') {
      const { table, left, shift } = op.attributes;
      for (const v of a!) this.#noteIndex(table, Math.floor((v * 2 ** left) / 2 ** shift));
    } else if (op.kind === 'score') this.hit('no prediction yet', inputs[2]![0]! <= 0);
    else if (op.kind === 'gather') this.hit('unknown symbol', a![0]! < 0 || a![0]! >= op.attributes.weights.cols);
    else if (op.kind === 'scaleShift') this.#noteScaleShift(op, a!);
    else if (op.kind === 'narrow') this.#noteNarrow(op, program, a!);
    else if (op.kind === 'requantize' && op.attributes.max === 65535) {
      const free = { ...op, attributes: { ...op.attributes, min: -2147483648, max: 2147483647 } };
      const out = new Int32Array(a!.length);
      opDef(free).evaluate(free, inputs, out);
      this.hit(
        'reset part clamped low',
        out.some((v) => v < -65535),
      );
      this.hit(
        'reset part clamped high',
        out.some((v) => v > 65535),
      );
    }
  }

  #noteScaleShift({ attributes: { m, n, bias, min, max } }: Op<'scaleShift'>, a: Int32Array): void {
    const values = Array.from(a, (v, j) => roundShift(v * m[j]! + bias[j]!, n[j]!));
    this.hit(
      'scaleShift clamped low',
      values.some((v) => v < min),
    );
    this.hit(
      'scaleShift clamped high',
      values.some((v) => v > max),
    );
  }

  #noteNarrow(op: Op<'narrow'>, program: Program, a: Int32Array): void {
    const { min, max, shift, to } = op.attributes;
    const low = a.some((v) => roundShift(v, shift) < min);
    const high = a.some((v) => roundShift(v, shift) > max);
    const from = program.tensors[op.inputs[0]!]!;
    const isDense = from.type.dtype === 's32' && shift === 0;
    this.hit('input -128 clamped', from.role === 'input' && low);
    const isCell = from.type.dtype === 's32' && shift === 15;
    this.hit('cell clamped low', isCell && low);
    this.hit('cell clamped high', isCell && high);
    if (!isDense) return;
    this.hit('relu clamped', min === 0 && low);
    this.hit(to === 's16' ? 'output s16 clamped low' : 'inner s8 clamped low', min < 0 && low);
    this.hit(to === 's16' ? 'output s16 clamped high' : 'inner s8 clamped high', high);
  }
}
