import { TABLE_ENTRIES, tableValues } from '../../fixed/tables.js';
import { ACTIVATION_FORMATS } from '../../ir/model.js';
import type { DenseFormats } from './dense.js';
import { Head, HeadBlock } from './head.js';
import { EngineLayer, type LayerPass } from './layer.js';
import { Arena, type BatchShape, type LayerRanges, type NetworkParameters, type NetworkShape, pad8 } from './layout.js';
import { LOSSES } from './losses.js';
import { ParameterBlock } from './parameters.js';
import { type Distillation, type Dropout, dropoutSeed, type FakeQuantization } from './run.js';
import { instantiate, type Kernels, makeMemory } from './wasm.js';

/** One pass of a shard, as plain data: a worker gets it as JSON. */
export interface ShardCommand {
  readonly backward: boolean;
  readonly quantization: FakeQuantization | null;
  readonly dropout: Dropout | null;
  readonly distillation: Distillation | null;
  /** Sequences that have not ended, at each step. */
  readonly active: readonly number[];
  /** Slot of the whole batch that each row holds. */
  readonly slots: readonly number[];
  /** 1 / sum of the weights of all targets, in all shards. */
  readonly lossScale: number;
}

export interface ShardResult {
  readonly loss: number;
  readonly correct: number;
}

/**
 * A part of the batch with a memory of its own: layers and head, forward and backward. Parameters and gradients stand
 * at the same addresses in every shard of a network.
 */
export class Shard {
  readonly memory: WebAssembly.Memory;
  readonly floats: Float32Array;
  readonly integers: Int32Array;
  readonly x: number;
  readonly inputStride: number;
  readonly head: Head;
  readonly layers: readonly EngineLayer[];
  /** Bytes of the parameters, then of the gradients. */
  readonly parameterRange: readonly [from: number, to: number];
  readonly gradientRange: readonly [from: number, to: number];
  readonly moments: number;
  /** Room for the gradients of another shard. */
  readonly #others: number;
  readonly #k: Kernels;
  readonly #blocks: readonly ParameterBlock[];
  readonly #gradients: readonly ParameterBlock[];
  readonly #dropped: readonly number[];
  readonly #tables: { readonly sigmoid: number; readonly tanh: number };
  readonly #zero: number;
  /** The last pass dropped outputs. */
  #droppedNow = false;

  /** `memory`: that of the same shard in another thread. */
  constructor(
    readonly shape: NetworkShape,
    readonly batch: BatchShape,
    memory?: WebAssembly.Memory,
  ) {
    const arena = new Arena();
    const { steps, batch: size, everyStep, loss = 'cross-entropy' } = batch;
    const strides = shape.layers.map(({ inputs, scaleShiftInput }, i) =>
      i > 0 || scaleShiftInput ? pad8(inputs) : inputs,
    );
    const blocks = () => shape.layers.map((layer, i) => new ParameterBlock(layer, strides[i]!, arena));
    const start = arena.bytes;
    this.#blocks = blocks();
    const head = new HeadBlock(shape, arena);
    const middle = arena.bytes;
    this.#gradients = blocks();
    const dHead = new HeadBlock(shape, arena);
    this.parameterRange = [start, middle];
    this.gradientRange = [middle, arena.bytes];
    this.#others = arena.floats((this.gradientRange[1] - middle) >> 2);
    this.inputStride = shape.oneHot ? 1 : strides[0]!;
    this.x = arena.floats(steps * size * this.inputStride);
    this.layers = shape.layers.map(
      (layer, i) => new EngineLayer(layer, steps, size, this.#blocks[i]!, this.#gradients[i]!, arena),
    );
    this.#dropped = this.layers.map((layer) => arena.floats(steps * size * layer.units));
    this.head = new Head((everyStep ? steps : 1) * size, shape, head, dHead, LOSSES[loss], arena);
    this.#tables = { sigmoid: arena.floats(TABLE_ENTRIES + 1), tanh: arena.floats(TABLE_ENTRIES + 1) };
    const widest = Math.max(...this.layers.map((layer) => Math.max(layer.gateRow, pad8(layer.shape.inputs))));
    this.moments = arena.floats(4 * widest);
    this.#zero = arena.floats(widest);
    this.memory = memory ?? makeMemory(arena.bytes);
    this.#k = instantiate(this.memory);
    this.floats = new Float32Array(this.memory.buffer);
    this.integers = new Int32Array(this.memory.buffer);
    if (memory !== undefined) return;
    for (const table of ['sigmoid', 'tanh'] as const)
      tableValues(table, true).forEach((q, i) => {
        this.floats[(this.#tables[table] >> 2) + i] = q / 32768;
      });
    const { weights } = this.head.place;
    this.floats.fill(1, weights >> 2, (weights >> 2) + shape.outputs);
  }

  load(p: NetworkParameters): void {
    this.#blocks.forEach((block, i) => void block.load(this.floats, p.layers[i]!));
    this.head.parameters.load(this.floats, p.head);
  }

  unload(gradient: NetworkParameters): void {
    this.#gradients.forEach((block, i) => void block.unload(this.floats, gradient.layers[i]!));
    this.head.gradient.unload(this.floats, gradient.head);
  }

  /** Adds the gradients of another shard. */
  addGradients({ floats }: Shard): void {
    const [from, to] = this.gradientRange;
    this.floats.set(floats.subarray(from >> 2, to >> 2), this.#others >> 2);
    this.#k.addInto((to - from) >> 2, from, this.#others);
  }

  run(command: ShardCommand): ShardResult {
    const k = this.#k;
    this.#droppedNow = command.dropout !== null;
    const passes = this.#passes(command);
    this.layers.forEach((layer, i) => {
      layer.pack(k);
      layer.forward(k, passes[i]!);
      this.#drop(i, layer.outputs, this.#dropped[i]!, command);
    });
    this.head.forward(k, this.#headInput(), this.#headFormats(command));
    const { lossScale: scale, distillation, backward } = command;
    const result = this.head.loss(k, this, { scale, distillation });
    if (backward) this.#backward(command, passes);
    return result;
  }

  #headFormats({ quantization }: ShardCommand): DenseFormats[] | null {
    if (quantization === null) return null;
    const { headFractions, ...rest } = quantization;
    return headFractions.map((fraction) => ({ ...this.#chip(rest), hiddenScale: 2 ** fraction }));
  }

  /** What the activations of all layers are computed with. */
  #chip({ tables, activationBits }: Pick<FakeQuantization, 'tables' | 'activationBits'>) {
    const interpolated = tables === 'interpolated';
    return { ...this.#tables, interpolated, largest: ACTIVATION_FORMATS[activationBits].largest };
  }

  #passes({ active, quantization }: ShardCommand): LayerPass[] {
    const ends = Int32Array.from(active);
    return this.layers.map((_, i) => ({
      x: i === 0 ? this.x : this.#outputsOf(i - 1),
      symbols: i === 0 && (this.shape.oneHot ?? false),
      active: ends,
      chip: quantization && {
        ...this.#chip(quantization),
        cellScale: 2 ** quantization.cellFractions[i]!,
        hiddenScale: 2 ** this.#hiddenFraction(i, quantization),
        scaleShiftScale: 2 ** quantization.scaleShiftFractions[i]!,
      },
    }));
  }

  /** Fraction bits of what a recurrent matrix multiplies. */
  #hiddenFraction(i: number, { activationBits, hiddenFractions }: FakeQuantization): number {
    const relu = this.layers[i]!.shape.activation === 'relu';
    return relu ? hiddenFractions[i]! : ACTIVATION_FORMATS[activationBits].unitFraction;
  }

  /** What the layer or head above layer i reads. */
  #outputsOf(i: number): number {
    return this.#droppedNow ? this.#dropped[i]! : this.layers[i]!.outputs;
  }

  #backward(command: ShardCommand, passes: readonly LayerPass[]): void {
    const k = this.#k;
    const last = this.layers.at(-1)!;
    const skipped = this.#skippedRows * last.units;
    k.fill(skipped, last.dOutputs, 0);
    this.head.backward(k, this.#headInput(), last.dOutputs + skipped * 4, command.quantization !== null);
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const layer = this.layers[i]!;
      this.#drop(i, layer.dOutputs, layer.dOutputs, command);
      layer.backward(k, passes[i]!, this.layers[i - 1]?.dOutputs ?? null);
    }
  }

  /** Rows before those that the head reads. */
  get #skippedRows(): number {
    const { steps, batch, everyStep } = this.batch;
    return everyStep ? 0 : (steps - 1) * batch;
  }

  #headInput(): number {
    const i = this.layers.length - 1;
    return this.#outputsOf(i) + this.#skippedRows * this.layers[i]!.units * 4;
  }

  /**
   * The same elements are dropped of the outputs and, in the backward pass, of their gradients. A state that is held
   * after its sequence's end keeps the mask of the last step.
   */
  #drop(index: number, from: number, to: number, { dropout, slots, active }: ShardCommand): void {
    if (dropout === null) return;
    const { units } = this.layers[index]!;
    const { steps, batch } = this.batch;
    let length = steps;
    for (let row = 0; row < batch; row++) {
      while (length > 0 && active[length - 1]! <= row) length--;
      for (let t = 0; t < steps; t++) {
        const offset = (t * batch + row) * units * 4;
        const seed = dropoutSeed(dropout.seed, index, Math.min(t, Math.max(0, length - 1)), slots[row]!);
        this.#k.dropOut(units, seed, dropout.rate, from + offset, to + offset);
      }
    }
  }

  /** Of the recurrent layers, then of the dense layers below the last one. */
  ranges(): LayerRanges[] {
    const dense = this.head.ranges(this.#k).map((hidden) => ({ cell: 0, hidden, scaleShift: 0 }));
    return [...this.layers.map((layer) => layer.ranges(this.#k)), ...dense];
  }

  /** Sums and sums of squares over the valid rows: of a layer's input, or of its products without biases. */
  momentsOf(index: number, what: 'x' | 'input' | 'recurrent', command: ShardCommand): Float64Array {
    const k = this.#k;
    const layer = this.layers[index]!;
    const pass = this.#passes(command)[index]!;
    const width = what === 'x' ? layer.parameters.inputStride : layer.gateRow;
    const rows = what === 'x' ? pass.x : layer.productRoom;
    const { steps, batch } = this.batch;
    if (what !== 'x') layer.product(k, what, pass, rows, this.#zero);
    const sums = new Float64Array(this.memory.buffer, this.moments, 2 * width);
    sums.fill(0);
    for (let t = 0; t < steps; t++)
      k.columnMoments(
        ...[command.active[t]!, width, rows + t * batch * width * 4, this.moments, this.moments + 8 * width],
      );
    return sums.slice();
  }
}
