import { TABLE_ENTRIES, tableValues } from '../../fixed/tables.js';
import { ACTIVATION_FORMATS } from '../../ir/model.js';
import { outputCount, outputRate, type Rate } from '../../ir/rate.js';
import { DenseBlocks, type DenseFormats } from './dense.js';
import { Head } from './head.js';
import type { Kernels } from './kernels.js';
import { EngineLayer, type LayerPass } from './layer.js';
import {
  Arena,
  type BatchShape,
  headSizes,
  inputSize,
  type LayerRanges,
  type NetworkParameters,
  type NetworkShape,
  pad8,
} from './layout.js';
import { LOSSES } from './losses.js';
import { ParameterBlock } from './parameters.js';
import { type Distillation, type Dropout, dropoutSeed, type FakeQuantization } from './run.js';
import { instantiate, makeMemory } from './wasm.js';
import { activeAt, WindowedBlocks, WindowedLayers } from './windowed.js';

/** One pass of a shard, as plain data: a worker gets it as JSON. */
export interface ShardCommand {
  readonly backward: boolean;
  readonly quantization: FakeQuantization | null;
  readonly dropout: Dropout | null;
  readonly distillation: Distillation | null;
  /** Time steps of the sequence in each row, the longest first. */
  readonly lengths: readonly number[];
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
  /** The time steps with which the recurrent layers step, and how many there are in the longest sequence. */
  readonly rate: Rate;
  readonly steps: number;
  readonly head: Head;
  readonly windowed: WindowedLayers;
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
  readonly #front: WindowedBlocks;
  readonly #dFront: WindowedBlocks;
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
    const { batch: size, everyStep, loss = 'cross-entropy' } = batch;
    const { windowed = [] } = shape;
    this.rate = outputRate(windowed);
    const steps = outputCount(this.rate, batch.steps);
    this.steps = steps;
    const strides = shape.layers.map(({ inputs, scaleShiftInput }, i) =>
      i > 0 || scaleShiftInput || windowed.length > 0 ? pad8(inputs) : inputs,
    );
    const blocks = () => shape.layers.map((layer, i) => new ParameterBlock(layer, strides[i]!, arena));
    const start = arena.bytes;
    this.#front = new WindowedBlocks(windowed, arena);
    this.#blocks = blocks();
    const head = new DenseBlocks(headSizes(shape), arena);
    const middle = arena.bytes;
    this.#dFront = new WindowedBlocks(windowed, arena);
    this.#gradients = blocks();
    const dHead = new DenseBlocks(headSizes(shape), arena);
    this.parameterRange = [start, middle];
    this.gradientRange = [middle, arena.bytes];
    this.#others = arena.floats((this.gradientRange[1] - middle) >> 2);
    this.inputStride = shape.oneHot ? 1 : windowed.length > 0 ? inputSize(shape) : strides[0]!;
    this.x = arena.floats(batch.steps * size * this.inputStride);
    const place = { steps: batch.steps, batch: size, inputs: this.inputStride };
    this.windowed = new WindowedLayers(windowed, place, this.#front, this.#dFront, arena);
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
    this.#front.load(this.floats, p.windowed);
    this.#blocks.forEach((block, i) => void block.load(this.floats, p.layers[i]!));
    this.head.parameters.load(this.floats, p.head);
  }

  unload(gradient: NetworkParameters): void {
    this.#dFront.unload(this.floats, gradient.windowed);
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
    const { quantization, lengths } = command;
    this.windowed.forward(k, this.x, lengths, this.#formats(quantization, 'windowedFractions'));
    this.layers.forEach((layer, i) => {
      layer.pack(k);
      layer.forward(k, passes[i]!);
      this.#drop(i, layer.outputs, this.#dropped[i]!, command);
    });
    this.head.forward(k, this.#headInput(), this.#formats(quantization, 'headFractions'));
    const { lossScale: scale, distillation, backward } = command;
    const result = this.head.loss(k, this, { scale, distillation });
    if (backward) this.#backward(command, passes);
    return result;
  }

  /** Formats of what windowed layers, or the dense layers of the head, give. */
  #formats(chip: FakeQuantization | null, of: 'windowedFractions' | 'headFractions'): DenseFormats[] | null {
    if (chip === null) return null;
    return chip[of].map((fraction) => ({ ...this.#chip(chip), hiddenScale: 2 ** fraction }));
  }

  /** What the activations of all layers are computed with. */
  #chip({ tables, activationBits }: Pick<FakeQuantization, 'tables' | 'activationBits'>) {
    const interpolated = tables === 'interpolated';
    return { ...this.#tables, interpolated, largest: ACTIVATION_FORMATS[activationBits].largest };
  }

  #passes(command: ShardCommand): LayerPass[] {
    const active = Int32Array.from(this.#active(command));
    const { quantization } = command;
    return this.layers.map((_, i) => ({
      x: i === 0 ? this.windowed.outputs(this.x) : this.#outputsOf(i - 1),
      symbols: i === 0 && (this.shape.oneHot ?? false),
      active,
      chip: quantization && {
        ...this.#chip(quantization),
        cellScale: 2 ** quantization.cellFractions[i]!,
        hiddenScale: 2 ** this.#hiddenFraction(i, quantization),
        scaleShiftScale: 2 ** quantization.scaleShiftFractions[i]!,
      },
    }));
  }

  /** Rows that have not ended, at each step of the recurrent layers. */
  #active({ lengths }: ShardCommand): number[] {
    return activeAt(
      lengths.map((length) => outputCount(this.rate, length)),
      this.steps,
    );
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
      layer.backward(k, passes[i]!, i === 0 ? this.windowed.dOutputs : this.layers[i - 1]!.dOutputs);
    }
    this.windowed.backward(k, command.quantization !== null);
  }

  /** Rows before those that the head reads. */
  get #skippedRows(): number {
    const { batch, everyStep } = this.batch;
    return everyStep ? 0 : (this.steps - 1) * batch;
  }

  #headInput(): number {
    const i = this.layers.length - 1;
    return this.#outputsOf(i) + this.#skippedRows * this.layers[i]!.units * 4;
  }

  /**
   * The same elements are dropped of the outputs and, in the backward pass, of their gradients. A state that is held
   * after its sequence's end keeps the mask of the last step.
   */
  #drop(index: number, from: number, to: number, command: ShardCommand): void {
    const { dropout, slots } = command;
    if (dropout === null) return;
    const { units } = this.layers[index]!;
    const { batch } = this.batch;
    const { steps } = this;
    const active = this.#active(command);
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

  /** Of the windowed layers, of the recurrent layers, then of the dense layers below the last one. */
  ranges(): LayerRanges[] {
    const k = this.#k;
    const dense = (hidden: number): LayerRanges => ({ cell: 0, hidden, scaleShift: 0 });
    return [
      ...this.windowed.ranges(k).map(dense),
      ...this.layers.map((layer) => layer.ranges(k)),
      ...this.head.ranges(k).map(dense),
    ];
  }

  /** Sums and sums of squares over the valid rows: of a layer's input, or of its products without biases. */
  momentsOf(index: number, what: 'x' | 'input' | 'recurrent', command: ShardCommand): Float64Array {
    const k = this.#k;
    const layer = this.layers[index]!;
    const pass = this.#passes(command)[index]!;
    const width = what === 'x' ? layer.parameters.inputStride : layer.gateRow;
    const rows = what === 'x' ? pass.x : layer.productRoom;
    const { batch } = this.batch;
    if (what !== 'x') layer.product(k, what, pass, rows, this.#zero);
    const sums = new Float64Array(this.memory.buffer, this.moments, 2 * width);
    sums.fill(0);
    pass.active.forEach((active, t) => {
      k.columnMoments(active, width, rows + t * batch * width * 4, this.moments, this.moments + 8 * width);
    });
    return sums.slice();
  }
}
