import { TABLES } from '../../fixed/tables.js';
import { EngineLayer, type QuantizedActivations } from './layer.js';
import { Arena, type BatchShape, makeParameters, type NetworkParameters, type NetworkShape, pad8 } from './layout.js';
import { GEMM, instantiate, type Kernels } from './wasm.js';

export interface StepResult {
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Labels that were the largest logit. */
  readonly right: number;
  readonly gradient: NetworkParameters;
}

/** Activations of the chip during training: cell fraction of each layer (N8; ignored for a GRU). */
export interface FakeQuantization {
  readonly cellFractions: readonly number[];
}

/**
 * A stack of recurrent layers with the usual head, forward and backward over one batch, on WASM SIMD. Everything lives
 * in one memory; results depend on nothing but the arguments.
 */
export class Engine {
  readonly #kernels: Kernels;
  readonly #floats: Float32Array;
  readonly #integers: Int32Array;
  readonly #layers: EngineLayer[];
  readonly #gradient: NetworkParameters;
  readonly #outputs: number;
  readonly #rows: number;
  readonly #at: Readonly<
    Record<
      | 'x'
      | 'labels'
      | 'weights'
      | 'bias'
      | 'packed'
      | 'packedBack'
      | 'packedGradient'
      | 'logits'
      | 'dWeights'
      | 'dBias'
      | 'right'
      | 'sigmoid'
      | 'tanh',
      number
    >
  >;

  constructor(
    readonly shape: NetworkShape,
    readonly batch: BatchShape,
  ) {
    const arena = new Arena();
    const { steps, batch: size, everyStep } = batch;
    const first = shape.layers[0]!;
    const x = arena.floats(steps * size * first.inputs);
    this.#layers = shape.layers.map((layer, i) => {
      const stride = i === 0 ? layer.inputs : pad8(layer.inputs);
      return new EngineLayer(layer, steps, size, stride, arena);
    });
    this.#outputs = pad8(shape.outputs);
    this.#rows = (everyStep ? steps : 1) * size;
    const [u, o, rows] = [this.#layers.at(-1)!.paddedUnits, this.#outputs, this.#rows];
    const matrix = () => arena.floats(u * o);
    this.#at = {
      x,
      labels: arena.floats(rows),
      weights: matrix(),
      bias: arena.floats(o),
      packed: matrix(),
      packedBack: matrix(),
      packedGradient: arena.floats(rows * o),
      logits: arena.floats(rows * o),
      dWeights: matrix(),
      dBias: arena.floats(o),
      right: arena.floats(4),
      sigmoid: arena.floats(256),
      tanh: arena.floats(256),
    };
    const { kernels, memory } = instantiate(arena.bytes);
    this.#kernels = kernels;
    this.#floats = new Float32Array(memory.buffer);
    this.#integers = new Int32Array(memory.buffer);
    this.#floats.set(
      Float32Array.from(TABLES.sigmoid, (q) => q / 32768),
      this.#at.sigmoid >> 2,
    );
    this.#floats.set(
      Float32Array.from(TABLES.tanh, (q) => q / 32768),
      this.#at.tanh >> 2,
    );
    this.#gradient = makeParameters(shape);
  }

  /** Room for one batch: x [steps][batch][inputs]; labels [batch] or [steps][batch]. Fill both before a call. */
  get x(): Float32Array {
    const { steps, batch } = this.batch;
    return this.#floats.subarray(this.#at.x >> 2, (this.#at.x >> 2) + steps * batch * this.shape.layers[0]!.inputs);
  }

  get labels(): Int32Array {
    return this.#integers.subarray(this.#at.labels >> 2, (this.#at.labels >> 2) + this.#rows);
  }

  /** Logits of the last forward pass, [rows][pad8(outputs)]. */
  forward(parameters: NetworkParameters, quantization: FakeQuantization | null): Float32Array {
    const k = this.#kernels;
    const at = this.#at;
    this.#load(parameters);
    const quantized = this.#activations(quantization);
    let input = at.x;
    this.#layers.forEach((layer, index) => {
      layer.forward(k, input, quantized, index);
      input = this.#outputsOf(layer);
    });
    const last = this.#layers.at(-1)!;
    const u = last.paddedUnits;
    k.gemm(
      this.#rows,
      this.#outputs,
      u,
      this.#headInput(),
      u,
      1,
      at.packed,
      at.logits,
      this.#outputs,
      GEMM.fromBias,
      at.bias,
    );
    return this.#floats.subarray(at.logits >> 2, (at.logits >> 2) + this.#rows * this.#outputs);
  }

  /** Loss and the gradient of the mean loss; the gradient's arrays are overwritten by the next call. */
  step(parameters: NetworkParameters, quantization: FakeQuantization | null): StepResult {
    this.forward(parameters, quantization);
    const k = this.#kernels;
    const [at, rows, o] = [this.#at, this.#rows, this.#outputs];
    const last = this.#layers.at(-1)!;
    const u = last.paddedUnits;
    const loss = k.softmaxCrossEntropy(rows, this.shape.outputs, o, at.logits, at.labels, 1 / rows, at.right) / rows;
    const right = this.#integers[at.right >> 2]!;
    k.packPanels(at.logits, rows, o, o, 1, at.packedGradient);
    k.gemm(u, o, rows, this.#headInput(), 1, u, at.packedGradient, at.dWeights, o, GEMM.fromZero, 0);
    k.columnSums(rows, o, at.logits, at.dBias);
    const { steps, batch, everyStep } = this.batch;
    const skipped = everyStep ? 0 : steps - 1;
    k.fill(skipped * batch * u, last.dOutputs, 0);
    k.gemm(rows, u, o, at.logits, o, 1, at.packedBack, last.dOutputs + skipped * batch * u * 4, u, GEMM.fromZero, 0);
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const below = this.#layers[i - 1];
      const input = below === undefined ? at.x : this.#outputsOf(below);
      this.#layers[i]!.backward(k, input, quantization !== null, below?.dOutputs ?? null);
    }
    this.#unload();
    return { loss, right, gradient: this.#gradient };
  }

  /** Largest |c| of every layer in the last pass (0 for a GRU). */
  largestCells(): number[] {
    return this.#layers.map((layer) => layer.largestCell(this.#floats));
  }

  #outputsOf(layer: EngineLayer): number {
    return layer.outputs + this.batch.batch * layer.paddedUnits * 4;
  }

  #headInput(): number {
    const last = this.#layers.at(-1)!;
    const { steps, batch, everyStep } = this.batch;
    return this.#outputsOf(last) + (everyStep ? 0 : (steps - 1) * batch * last.paddedUnits * 4);
  }

  #activations(quantization: FakeQuantization | null): QuantizedActivations | null {
    if (quantization === null) return null;
    const { sigmoid, tanh } = this.#at;
    return { sigmoid, tanh, cellScales: quantization.cellFractions.map((g) => 2 ** g) };
  }

  #load({ layers, head }: NetworkParameters): void {
    const k = this.#kernels;
    const at = this.#at;
    layers.forEach((p, i) => void this.#layers[i]!.load(k, this.#floats, p));
    const [u, o] = [this.#layers.at(-1)!.paddedUnits, this.#outputs];
    const { units } = this.shape.layers.at(-1)!;
    const weights = this.#floats.subarray(at.weights >> 2);
    for (let j = 0; j < this.shape.outputs; j++)
      for (let i = 0; i < units; i++) weights[i * o + j] = head.weights[j * units + i]!;
    this.#floats.set(head.bias, at.bias >> 2);
    k.packPanels(at.weights, u, o, o, 1, at.packed);
    k.packPanels(at.weights, o, u, 1, o, at.packedBack);
  }

  #unload(): void {
    const gradient = this.#gradient;
    gradient.layers.forEach((g, i) => void this.#layers[i]!.unload(this.#floats, g));
    const o = this.#outputs;
    const { units } = this.shape.layers.at(-1)!;
    const [from, bias] = [this.#at.dWeights >> 2, this.#at.dBias >> 2];
    for (let j = 0; j < this.shape.outputs; j++) {
      for (let i = 0; i < units; i++) gradient.head.weights[j * units + i] = this.#floats[from + i * o + j]!;
      gradient.head.bias[j] = this.#floats[bias + j]!;
    }
  }
}
