import type { SeededRandom } from '../fixed/random.js';
import type { ScaleScope } from '../ir/model.js';
import { BiasVector } from './bias.js';
import { CELLS, gateCount, hasRecurrentBias } from './cells/index.js';
import type { LayerStatistics } from './engine/engine.js';
import type { LayerParameters, LayerShape } from './engine/layout.js';
import { InputNormalization } from './input-normalization.js';
import { METHODS } from './methods/index.js';
import type { MatrixShape, Quantization, WeightGroup } from './methods/method.js';
import { BatchNormalizedGroup } from './methods/normalize.js';
import type { CheckedTrainOptions } from './options.js';

/** Live values under a name of their own. */
export interface Parameter {
  readonly name: string;
  readonly values: Float32Array;
}

interface TrainedMatrix extends Parameter {
  readonly shape: MatrixShape;
  readonly quantized: boolean;
}

/** Weights, biases and normalisations of one recurrent layer under training. */
export class RecurrentWeights {
  /** One group over both matrices (joint scope), or one each. */
  readonly groups: readonly WeightGroup[];
  readonly scope: ScaleScope;
  readonly inputBias: BiasVector;
  /** Of a cell whose recurrent part has a bias of its own; others have one bias. */
  readonly recurrentBias: BiasVector | null;
  readonly normalization: InputNormalization | null;
  readonly #shapes: readonly [MatrixShape, MatrixShape];
  readonly #noBias: Float32Array;

  constructor(
    readonly shape: LayerShape,
    readonly options: CheckedTrainOptions,
    random: SeededRandom,
    warm?: RecurrentWeights,
  ) {
    const { inputs, units } = shape;
    const rows = gateCount(shape.cell) * units;
    const matrix = (cols: number): MatrixShape => ({ rows, cols, units, fanIn: cols, fanOut: units });
    this.#shapes = [matrix(inputs), matrix(units)];
    const { input, recurrent } = options.weights;
    const joint = options.scope === 'joint' && input === recurrent && METHODS[input].joint;
    this.scope = joint ? 'joint' : 'separate';
    const initial = warm?.matrices().map(({ values }) => values.slice());
    if (joint) this.groups = [METHODS[input].create(this.#shapes, options, random, initial)];
    else
      this.groups = [input, recurrent].map((method, i) => {
        const own = initial?.slice(i, i + 1);
        const group = METHODS[method].create([this.#shapes[i]!], options, random, own);
        return options.gateNorm ? new BatchNormalizedGroup(group, options) : group;
      });
    this.#noBias = new Float32Array(rows);
    const inputBias = warm?.inputBias.master.slice() ?? firstBias(shape, options.gateBias);
    this.inputBias = new BiasVector(this.#shapes[0], options, inputBias, random);
    const recurrentBias = warm?.recurrentBias?.master.slice() ?? new Float32Array(rows);
    this.recurrentBias = hasRecurrentBias(shape)
      ? new BiasVector(this.#shapes[1], options, recurrentBias, random)
      : null;
    this.normalization = shape.scaleShiftInput ? new InputNormalization(inputs, options.gamma) : null;
  }

  effective(quantization: Quantization): LayerParameters {
    for (const group of this.groups) group.quantize(quantization);
    const [input, recurrent] = this.groups.flatMap((group) => group.effective);
    const biases = [
      this.inputBias.effective(quantization),
      this.recurrentBias?.effective(quantization) ?? this.#noBias,
    ];
    const [inputBias, recurrentBias] = biases.map((bias, i) => this.#shifted(bias, i));
    return {
      input: input!,
      recurrent: recurrent!,
      inputBias: inputBias!,
      recurrentBias: recurrentBias!,
      ...this.normalization?.effective(),
    };
  }

  /** A bias with the shift of its matrix's normalisation. A cell with one bias takes both shifts there. */
  #shifted(bias: Float32Array, which: number): Float32Array {
    const shifts = this.#normalized().map((group) => group.shift());
    if (shifts.length === 0) return bias;
    if (this.recurrentBias !== null) return bias.map((b, j) => b + shifts[which]![j]!);
    return which === 0 ? bias.map((b, j) => b + shifts[0]![j]! + shifts[1]![j]!) : bias;
  }

  #normalized(): readonly BatchNormalizedGroup[] {
    return this.groups.filter((group) => group instanceof BatchNormalizedGroup);
  }

  backward(d: LayerParameters, gradients: Map<Float32Array, Float32Array>): void {
    const one = this.recurrentBias === null;
    if (this.groups.length === 1) collect(this.groups[0]!, this.groups[0]!.backward([d.input, d.recurrent]), gradients);
    else
      [d.input, d.recurrent].forEach((own, i) => {
        const group = this.groups[i]!;
        const dBias = i === 0 || one ? d.inputBias : d.recurrentBias;
        collect(
          group,
          group instanceof BatchNormalizedGroup ? group.backward([own], dBias) : group.backward([own]),
          gradients,
        );
      });
    gradients.set(this.inputBias.master, this.inputBias.backward(d.inputBias));
    if (this.recurrentBias !== null)
      gradients.set(this.recurrentBias.master, this.recurrentBias.backward(d.recurrentBias));
    if (this.normalization !== null) {
      const own = this.normalization.backward(d.inputScale!, d.inputShift!);
      this.normalization.parameters.forEach((values, i) => void gradients.set(values, own[i]!));
    }
  }

  observe({ input, inputProduct, recurrentProduct }: LayerStatistics): void {
    this.normalization?.observe(input);
    this.#normalized().forEach((group, i) => {
      const { mean, variance } = i === 0 ? inputProduct : recurrentProduct;
      group.observe(mean, variance);
    });
  }

  /** The weight matrices, which have a learning rate of their own. */
  matrices(): readonly TrainedMatrix[] {
    const { input, recurrent } = this.options.weights;
    return this.groups
      .flatMap((group) => group.masters)
      .map((values, i) => ({
        name: i === 0 ? 'input' : 'recurrent',
        shape: this.#shapes[i]!,
        values,
        quantized: (i === 0 ? input : recurrent) !== 'none',
      }));
  }

  /** What else the optimizer changes. */
  others(): readonly Parameter[] {
    const gains = this.groups.flatMap((group) => group.gains);
    const biases: Parameter[] = [{ name: 'inputBias', values: this.inputBias.master }];
    if (this.recurrentBias !== null) biases.push({ name: 'recurrentBias', values: this.recurrentBias.master });
    const { gamma, beta } = this.normalization ?? {};
    return [
      ...gains.map((values, i) => ({ name: `gain${i}`, values })),
      ...biases,
      ...(gamma === undefined
        ? []
        : [
            { name: 'inputGamma', values: gamma },
            { name: 'inputBeta', values: beta! },
          ]),
    ];
  }

  /** What training observes rather than learns: running statistics. */
  statistics(): readonly Parameter[] {
    const own = this.#normalized().flatMap((group) => group.state());
    const { mean, variance } = this.normalization ?? {};
    return [
      ...own.map((values, i) => ({ name: `statistics${i}`, values })),
      ...(mean === undefined
        ? []
        : [
            { name: 'inputMean', values: mean },
            { name: 'inputVariance', values: variance! },
          ]),
    ];
  }
}

/** Notes the gradient of each parameter of a group. */
export function collect(
  { masters, gains }: WeightGroup,
  own: ReturnType<WeightGroup['backward']>,
  gradients: Map<Float32Array, Float32Array>,
): void {
  masters.forEach((values, i) => void gradients.set(values, own.masters[i]!));
  gains.forEach((values, i) => void gradients.set(values, own.gains[i]!));
}

/** Biases at the start, gate after gate. */
function firstBias({ cell, units }: LayerShape, gateBias: number): Float32Array {
  const values = CELLS[cell].firstBias(gateBias);
  return Float32Array.from({ length: values.length * units }, (_, row) => values[Math.floor(row / units)]!);
}
