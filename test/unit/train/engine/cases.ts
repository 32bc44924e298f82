import { outputCount, outputRate } from '../../../../src/ir/rate.js';
import type { LossName } from '../../../../src/tasks/task.js';
import { CELL_NAMES, CELLS, hasRecurrentBias } from '../../../../src/train/cells/index.js';
import type { Engine, RunOptions } from '../../../../src/train/engine/engine.js';
import type {
  Cell,
  DenseShape,
  LayerShape,
  NetworkParameters,
  NetworkShape,
  WindowedShape,
} from '../../../../src/train/engine/layout.js';
import { LOSSES } from '../../../../src/train/engine/losses.js';
import { makeParameters } from '../../../../src/train/engine/parameters.js';
import type { ReferenceOptions, ReferenceParameters, ReferenceSequence } from '../../../../src/train/reference.js';
import type { ReferenceTarget } from '../../../../src/train/reference-losses.js';
import { Draw } from '../../../fuzz/random-network.js';

type Kind = Omit<LayerShape, 'inputs' | 'units'>;

/** A network, a batch and the options of a pass. */
export interface Case {
  readonly name: string;
  readonly layers: readonly (Kind & { readonly units: number })[];
  readonly inputs: number;
  readonly windowed?: readonly WindowedShape[];
  readonly head?: readonly DenseShape[];
  readonly outputs: number;
  readonly steps: number;
  readonly batch: number;
  readonly everyStep?: boolean;
  readonly oneHot?: boolean;
  /** Sequences of different lengths, one of them empty. */
  readonly ragged?: boolean;
  readonly carried?: boolean;
  readonly missingTargets?: boolean;
  readonly dropout?: number;
  readonly outputWeights?: boolean;
  readonly loss?: LossName;
  readonly distillation?: { readonly weight: number; readonly temperature: number };
}

/** What of a cell's shape its row does not list. */
const VARIANTS: { readonly [C in Cell]: readonly Pick<LayerShape, 'reset'>[] } = {
  rnn: [{}],
  gru: [{ reset: 'after' }, { reset: 'before' }],
  lstm: [{}],
};

/** Every cell with each of its activations. */
const KINDS: readonly (Kind & { readonly name: string })[] = CELL_NAMES.flatMap((cell) =>
  VARIANTS[cell].flatMap((variant) =>
    CELLS[cell].activations.map((activation) => {
      const name = [cell, ...(variant.reset ? [`reset ${variant.reset}`] : []), activation].join(', ');
      return { name, cell, activation, ...variant };
    }),
  ),
);

const OPTIONS: readonly (Partial<Case> & { readonly option: string; readonly scaleShiftInput?: boolean })[] = [
  { option: 'last step', inputs: 5, outputs: 4, steps: 6, batch: 4 },
  { option: 'every step, one unit, one slot', inputs: 1, outputs: 2, steps: 4, batch: 1, everyStep: true },
  { option: 'masked', inputs: 3, outputs: 3, steps: 7, batch: 7, ragged: true },
  { option: 'masked, every step', inputs: 3, outputs: 17, steps: 5, batch: 3, ragged: true, everyStep: true },
  { option: 'one-hot', inputs: 6, outputs: 3, steps: 5, batch: 5, oneHot: true, everyStep: true },
  { option: 'scaleShift input', inputs: 4, outputs: 3, steps: 4, batch: 3, scaleShiftInput: true },
  { option: 'carried state', inputs: 2, outputs: 3, steps: 4, batch: 6, carried: true, everyStep: true },
  { option: 'carried state, masked', inputs: 2, outputs: 3, steps: 4, batch: 5, carried: true, ragged: true },
  { option: 'missing classes', inputs: 3, outputs: 3, steps: 5, batch: 4, everyStep: true, missingTargets: true },
  { option: 'dropout', inputs: 3, outputs: 3, steps: 5, batch: 5, dropout: 0.4, ragged: true },
  { option: 'class weights', inputs: 3, outputs: 3, steps: 4, batch: 6, outputWeights: true },
  { option: 'distillation', inputs: 3, outputs: 5, steps: 4, batch: 6, distillation: { weight: 0.7, temperature: 3 } },
];

/** Units by cell and option: odd sizes, and multiples of 8. */
const UNITS = [5, 1, 8, 13, 9];

/** Every activation first and second, sizes that are padded and that are not. */
const HEADS: readonly (readonly DenseShape[])[] = [
  [{ units: 6, activation: 'relu' }],
  [
    { units: 9, activation: 'sigmoid' },
    { units: 8, activation: 'tanh' },
  ],
  [
    { units: 8, activation: 'linear' },
    { units: 3, activation: 'sigmoid' },
    { units: 1, activation: 'relu' },
  ],
  [{ units: 5, activation: 'tanh' }],
];

const conv = (
  inputs: number,
  units: number,
  activation: DenseShape['activation'],
  [window, first, stride]: readonly [number, number, number],
): WindowedShape => ({ type: 'conv1d', inputs, units, activation, window, first, stride });
const pool = (
  units: number,
  of: 'max' | 'mean',
  [window, first, stride]: readonly [number, number, number],
): WindowedShape => ({ type: 'pool', inputs: units, units, function: of, window, first, stride });

/** Every activation and both pools, as the only layer, below others and above them; windows that overlap, follow and leave gaps. */
const WINDOWED: readonly (readonly WindowedShape[])[] = [
  [conv(3, 6, 'relu', [3, 3, 1])],
  [conv(3, 9, 'tanh', [2, 1, 2]), pool(9, 'max', [2, 2, 2])],
  [conv(3, 8, 'linear', [1, 1, 1]), pool(8, 'mean', [3, 1, 1]), conv(8, 5, 'sigmoid', [3, 2, 1])],
  [conv(3, 5, 'relu', [2, 2, 1]), pool(5, 'max', [3, 2, 1])],
  [conv(3, 7, 'linear', [1, 1, 2]), pool(7, 'mean', [2, 2, 1]), pool(7, 'max', [1, 1, 1])],
];

export const CASES: readonly Case[] = [
  ...KINDS.flatMap(({ name, ...kind }, k) =>
    OPTIONS.map(({ option, scaleShiftInput, ...rest }, o): Case => {
      const layer = { ...kind, units: UNITS[(k + o) % UNITS.length]!, ...(scaleShiftInput && { scaleShiftInput }) };
      return { name: `${name}: ${option}`, layers: [layer], ...rest } as Case;
    }),
  ),
  {
    name: 'gru on lstm on rnn: dropout, scaleShift, masked',
    layers: [
      { cell: 'rnn', activation: 'tanh', units: 5 },
      { cell: 'lstm', activation: 'tanh', units: 11, scaleShiftInput: true },
      { cell: 'gru', activation: 'hard', units: 3 },
    ],
    ...{ inputs: 6, outputs: 3, steps: 5, batch: 7, ragged: true, dropout: 0.3 },
  },
  {
    name: 'lstm on gru: every step, one-hot, carried',
    layers: [
      { cell: 'gru', activation: 'tanh', units: 13 },
      { cell: 'lstm', activation: 'tanh', units: 3, scaleShiftInput: true },
    ],
    ...{ inputs: 9, outputs: 9, steps: 4, batch: 6, everyStep: true, oneHot: true, carried: true },
  },
  ...WINDOWED.map(
    (windowed, i): Case => ({
      name: `behind ${windowed.map(({ type, window, first, stride }) => `${type} ${window} ${first} ${stride}`).join(', ')}`,
      windowed,
      layers: [{ cell: 'gru', activation: 'tanh', units: 5, ...(i === 1 && { scaleShiftInput: true }) }],
      ...{ inputs: 3, outputs: 4, steps: 9, batch: 6, ragged: true, everyStep: i % 2 === 0, missingTargets: true },
      ...(i === 3 && { dropout: 0.3 }),
    }),
  ),
  ...HEADS.map(
    (head, i): Case => ({
      name: `head of ${head.map(({ units, activation }) => `${units} ${activation}`).join(', ')}`,
      layers: [{ cell: 'gru', activation: 'tanh', units: 5 }],
      ...{
        head,
        inputs: 3,
        outputs: 4,
        steps: 4,
        batch: 5,
        ragged: true,
        everyStep: i % 2 === 0,
        missingTargets: true,
      },
    }),
  ),
  ...(Object.keys(LOSSES) as LossName[])
    .filter((loss) => loss !== 'cross-entropy')
    .flatMap((loss): Case[] => {
      const layers: Case['layers'] = [{ cell: 'gru', activation: 'tanh', units: 7 }];
      const shared = { layers, loss, missingTargets: true, ragged: true, outputWeights: true };
      return [
        { name: `${loss}: last step`, ...shared, ...{ inputs: 3, outputs: 2, steps: 4, batch: 9 } },
        { name: `${loss}: every step`, ...shared, ...{ inputs: 3, outputs: 9, steps: 5, batch: 4, everyStep: true } },
        {
          name: `${loss}: distillation`,
          ...shared,
          ...{
            inputs: 3,
            outputs: 3,
            steps: 4,
            batch: 6,
            everyStep: true,
            distillation: { weight: 0.7, temperature: 3 },
          },
        },
      ];
    }),
];

export const arraysOf = (p: NetworkParameters | ReferenceParameters): [string, Float32Array | Float64Array][] => [
  ...p.windowed.flatMap((own, i): [string, Float32Array | Float64Array][] =>
    own === null
      ? []
      : [
          [`windowed${i}/weights`, own.weights],
          [`windowed${i}/bias`, own.bias],
        ],
  ),
  ...p.layers.flatMap((l, i) =>
    (['input', 'recurrent', 'inputBias', 'recurrentBias', 'inputScale', 'inputShift'] as const).flatMap(
      (name): [string, Float32Array | Float64Array][] => (l[name] ? [[`${i}/${name}`, l[name]]] : []),
    ),
  ),
  ...p.head.flatMap(({ weights, bias }, i): [string, Float32Array | Float64Array][] => [
    [`head${i}/weights`, weights],
    [`head${i}/bias`, bias],
  ]),
];

/** A case with numbers in it, for the engine and for the reference. */
export function setUp(c: Case, seed: number) {
  const draw = new Draw(seed);
  const shape: NetworkShape = {
    ...(c.windowed && { windowed: c.windowed }),
    layers: c.layers.map((layer, i) => ({
      ...layer,
      inputs: i === 0 ? (c.windowed?.at(-1)?.units ?? c.inputs) : c.layers[i - 1]!.units,
    })),
    ...(c.head && { head: c.head }),
    outputs: c.outputs,
    ...(c.oneHot && { oneHot: true }),
  };
  const parameters = makeParameters(shape);
  for (const [, array] of arraysOf(parameters)) for (let i = 0; i < array.length; i++) array[i] = draw.real(-0.7, 0.7);
  shape.layers.forEach((layer, i) => {
    if (!hasRecurrentBias(layer)) parameters.layers[i]!.recurrentBias.fill(0);
  });
  const reals = (n: number) => Float64Array.from({ length: n }, () => Math.fround(draw.real(-1, 1)));
  const symbols = Array.from({ length: c.batch }, () =>
    Int16Array.from({ length: c.steps }, () => draw.integer(-1, c.inputs)),
  );
  const sequences = Array.from({ length: c.batch }, (_, b): ReferenceSequence => {
    const length = c.ragged ? [c.steps, 2, 0, 1, c.steps - 1][b % 5]! : c.steps;
    const x = Array.from({ length }, (_, t) =>
      c.oneHot ? Float64Array.from({ length: c.inputs }, (_, i) => (symbols[b]![t] === i ? 1 : 0)) : reals(c.inputs),
    );
    const outputs = outputCount(outputRate(c.windowed ?? []), length);
    const wanted = c.everyStep ? outputs : Math.min(1, outputs);
    const missing = (): boolean => (c.missingTargets ?? false) && draw.integer(0, 2) === 0;
    const targets = Array.from(
      { length: wanted },
      (): ReferenceTarget =>
        c.loss === undefined
          ? missing()
            ? -1
            : draw.integer(0, c.outputs - 1)
          : reals(c.outputs).map((v) =>
              missing() ? Number.NaN : c.loss === 'binary-cross-entropy' ? Number(v > 0) : 3 * v,
            ),
    );
    const teacher = c.distillation && targets.map(() => reals(c.outputs).map((v) => 3 * v));
    return { x, targets, ...(teacher && { teacher }) };
  });
  const weights = Float64Array.from({ length: c.outputs }, (_, j) => 0.25 + 0.5 * j);
  const shared = {
    ...(c.dropout !== undefined && { dropout: { rate: c.dropout, seed: 77 } }),
    ...(c.distillation && { distillation: c.distillation }),
  };
  const reference: ReferenceOptions = {
    ...shared,
    ...(c.outputWeights && { outputWeights: weights }),
    ...(c.loss && { loss: c.loss }),
  };
  const run: RunOptions = {
    quantization: null,
    ...shared,
    ...(c.outputWeights && { outputWeights: Float32Array.from(weights) }),
  };
  const fill = (engine: Engine): void =>
    sequences.forEach(({ x, targets: own, teacher }, b) => {
      const values = c.oneHot ? symbols[b]! : Float32Array.from(x.flatMap((v) => Array.from(v)));
      engine.setSequence(b, values, x.length);
      const targets = c.everyStep ? atSteps(own, x.length, c) : own;
      const rows = targets.flatMap((target) => (typeof target === 'number' ? target : Array.from(target)));
      engine.setTargets(b, c.loss === undefined ? Int32Array.from(rows) : Float32Array.from(rows));
      if (teacher) engine.setTeacher(b, Float32Array.from(teacher.flatMap((v) => Array.from(v))));
    });
  return { shape, parameters, sequences, reference, run, fill };
}

/** Targets of outputs as an engine takes them: a row for each time step, others in those without an output. */
function atSteps(targets: readonly ReferenceTarget[], steps: number, c: Case): ReferenceTarget[] {
  const { first, stride } = outputRate(c.windowed ?? []);
  return Array.from({ length: steps }, (_, t) => {
    const own = targets[(t + 1 - first) / stride];
    return own ?? (c.loss === undefined ? 0 : new Float64Array(c.outputs));
  });
}
