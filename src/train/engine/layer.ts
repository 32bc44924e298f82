import { type Arena, GATES, type LayerParameters, type LayerShape, pad8, transposeInto } from './layout.js';
import { GEMM, type Kernels } from './wasm.js';

/** Addresses of the deployment tables as f32 values, for fake-quantized activations. */
export interface QuantizedActivations {
  readonly sigmoid: number;
  readonly tanh: number;
  /** 2^cellFraction of each LSTM layer. */
  readonly cellScales: readonly number[];
}

/** One recurrent layer over a whole sequence: forward, and back-propagation through time. Rows are time-major. */
export class EngineLayer {
  readonly #g: number;
  readonly #units: number;
  readonly #at: Record<Buffer, number>;
  /** Output of all steps, [steps + 1][batch][units]; step 0 is the zero state. */
  readonly outputs: number;
  /** Gradient of the outputs of step 1.. , [steps][batch][units]; the layer above fills it. */
  readonly dOutputs: number;

  constructor(
    readonly shape: LayerShape,
    readonly steps: number,
    readonly batch: number,
    /** Row length of the input: padded where it comes from a layer below. */
    readonly inputStride: number,
    arena: Arena,
  ) {
    const { cell } = shape;
    this.#units = pad8(shape.units);
    this.#g = GATES[cell] * this.#units;
    const [g, u, rows] = [this.#g, this.#units, steps * batch];
    const all = rows + batch;
    const sizes: Record<Buffer, number> = {
      weights: inputStride * g,
      recurrent: u * g,
      bias: g,
      recurrentBias: g,
      dWeights: inputStride * g,
      dRecurrent: u * g,
      dBias: g,
      dRecurrentBias: g,
      packedInput: inputStride * g,
      packedRecurrent: u * g,
      packedBack: u * g,
      packedDown: inputStride * g,
      packedGradient: rows * g,
      xPart: rows * g,
      hPart: cell === 'gru' ? rows * g : 4,
      gates: rows * g,
      mask: rows * g,
      h: all * u,
      h8: all * u,
      c: cell === 'lstm' ? all * u : 4,
      tanhC: cell === 'lstm' ? rows * u : 4,
      maskC: cell === 'lstm' ? rows * u : 4,
      dh: batch * u,
      dc: batch * u,
      dxPart: rows * g,
      dhPart: cell === 'gru' ? rows * g : 4,
      dOutputs: rows * u,
    };
    this.#at = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, arena.floats(size)])) as Record<
      Buffer,
      number
    >;
    this.outputs = this.#at.h8;
    this.dOutputs = this.#at.dOutputs;
  }

  get paddedUnits(): number {
    return this.#units;
  }

  /** Copies parameters in and packs them for this step. */
  load(k: Kernels, memory: Float32Array, p: LayerParameters): void {
    const { cell, inputs, units } = this.shape;
    const gates = GATES[cell];
    const at = this.#at;
    const [g, u] = [this.#g, this.#units];
    transposeInto('to-engine', p.input, memory.subarray(at.weights >> 2), gates, units, inputs);
    transposeInto('to-engine', p.recurrent, memory.subarray(at.recurrent >> 2), gates, units, units);
    transposeInto('to-engine', p.inputBias, memory.subarray(at.bias >> 2), gates, units, 1);
    transposeInto('to-engine', p.recurrentBias, memory.subarray(at.recurrentBias >> 2), gates, units, 1);
    k.packPanels(at.weights, this.inputStride, g, g, 1, at.packedInput);
    k.packPanels(at.recurrent, u, g, g, 1, at.packedRecurrent);
    k.packPanels(at.recurrent, g, u, 1, g, at.packedBack);
  }

  forward(k: Kernels, x: number, quantized: QuantizedActivations | null, index: number): void {
    const { batch, steps } = this;
    const [g, u, at] = [this.#g, this.#units, this.#at];
    const [rowG, rowU] = [batch * g * 4, batch * u * 4];
    k.gemm(
      steps * batch,
      g,
      this.inputStride,
      x,
      this.inputStride,
      1,
      at.packedInput,
      at.xPart,
      g,
      GEMM.fromBias,
      at.bias,
    );
    for (const state of [at.h, at.h8]) k.fill(batch * u, state, 0);
    if (this.shape.cell === 'lstm') k.fill(batch * u, at.c, 0);
    for (let t = 0; t < steps; t++) {
      const h8 = at.h8 + t * rowU;
      const xPart = at.xPart + t * rowG;
      const gates = at.gates + t * rowG;
      if (this.shape.cell === 'gru') {
        const hPart = at.hPart + t * rowG;
        const h = (quantized ? at.h : at.h8) + t * rowU;
        k.gemm(batch, g, u, h8, u, 1, at.packedRecurrent, hPart, g, GEMM.fromBias, at.recurrentBias);
        if (quantized)
          k.gruForwardQuantized(
            batch,
            u,
            xPart,
            hPart,
            h,
            gates,
            h + rowU,
            h8 + rowU,
            at.mask + t * rowG,
            quantized.sigmoid,
            quantized.tanh,
          );
        else k.gruForward(batch, u, xPart, hPart, h, gates, h8 + rowU);
        continue;
      }
      k.gemm(batch, g, u, h8, u, 1, at.packedRecurrent, xPart, g, GEMM.fromC, 0);
      const c = at.c + t * rowU;
      const tanhC = at.tanhC + t * rowU;
      if (quantized)
        k.lstmForwardQuantized(
          ...[batch, u, xPart, c, c + rowU, h8 + rowU, tanhC, at.mask + t * rowG, at.maskC + t * rowU],
          ...[quantized.sigmoid, quantized.tanh, quantized.cellScales[index]!],
        );
      else k.lstmForward(batch, u, xPart, c, c + rowU, h8 + rowU, tanhC);
    }
  }

  /** Gradients of all parameters; writes the gradient of the input into `dx` where a layer below wants it. */
  backward(k: Kernels, x: number, quantized: boolean, dx: number | null): void {
    const { batch, steps } = this;
    const [g, u, at] = [this.#g, this.#units, this.#at];
    const [rowG, rowU] = [batch * g * 4, batch * u * 4];
    const isGru = this.shape.cell === 'gru';
    for (const gradient of [at.dh, at.dc]) k.fill(batch * u, gradient, 0);
    const toState = isGru ? at.dhPart : at.dxPart;
    for (let t = steps - 1; t >= 0; t--) {
      k.addInto(batch * u, at.dh, at.dOutputs + t * rowU);
      const mask = quantized ? at.mask + t * rowG : 0;
      if (isGru) {
        const h = (quantized ? at.h : at.h8) + t * rowU;
        k.gruBackward(
          batch,
          u,
          at.gates + t * rowG,
          at.hPart + t * rowG,
          h,
          at.dh,
          at.dxPart + t * rowG,
          at.dhPart + t * rowG,
          mask,
        );
      } else {
        const maskC = quantized ? at.maskC + t * rowU : 0;
        k.lstmBackward(
          batch,
          u,
          at.xPart + t * rowG,
          at.c + t * rowU,
          at.tanhC + t * rowU,
          at.dh,
          at.dc,
          at.dxPart + t * rowG,
          mask,
          maskC,
        );
      }
      k.gemm(batch, u, g, toState + t * rowG, g, 1, at.packedBack, at.dh, u, isGru ? GEMM.fromC : GEMM.fromZero, 0);
    }
    const rows = steps * batch;
    k.packPanels(at.dxPart, rows, g, g, 1, at.packedGradient);
    k.gemm(this.inputStride, g, rows, x, 1, this.inputStride, at.packedGradient, at.dWeights, g, GEMM.fromZero, 0);
    k.columnSums(rows, g, at.dxPart, at.dBias);
    if (isGru) {
      k.packPanels(at.dhPart, rows, g, g, 1, at.packedGradient);
      k.columnSums(rows, g, at.dhPart, at.dRecurrentBias);
    } else k.fill(g, at.dRecurrentBias, 0);
    k.gemm(u, g, rows, at.h8, 1, u, at.packedGradient, at.dRecurrent, g, GEMM.fromZero, 0);
    if (dx === null) return;
    k.packPanels(at.weights, g, this.inputStride, 1, g, at.packedDown);
    k.gemm(rows, this.inputStride, g, at.dxPart, g, 1, at.packedDown, dx, this.inputStride, GEMM.fromZero, 0);
  }

  /** Copies the gradients out. */
  unload(memory: Float32Array, gradient: LayerParameters): void {
    const { cell, inputs, units } = this.shape;
    const gates = GATES[cell];
    const at = this.#at;
    transposeInto('from-engine', gradient.input, memory.subarray(at.dWeights >> 2), gates, units, inputs);
    transposeInto('from-engine', gradient.recurrent, memory.subarray(at.dRecurrent >> 2), gates, units, units);
    transposeInto('from-engine', gradient.inputBias, memory.subarray(at.dBias >> 2), gates, units, 1);
    transposeInto('from-engine', gradient.recurrentBias, memory.subarray(at.dRecurrentBias >> 2), gates, units, 1);
  }

  /** Largest |c| of the last forward pass: calibration of an LSTM's cell fraction. */
  largestCell(memory: Float32Array): number {
    const from = this.#at.c >> 2;
    const count = (this.steps + 1) * this.batch * this.#units;
    let most = 0;
    if (this.shape.cell === 'lstm')
      for (let i = from; i < from + count; i++) most = Math.max(most, Math.abs(memory[i]!));
    return most;
  }
}

type Buffer =
  | ('weights' | 'recurrent' | 'bias' | 'recurrentBias' | 'dWeights' | 'dRecurrent' | 'dBias' | 'dRecurrentBias')
  | ('packedInput' | 'packedRecurrent' | 'packedBack' | 'packedDown' | 'packedGradient')
  | ('xPart' | 'hPart' | 'gates' | 'mask' | 'h' | 'h8' | 'c' | 'tanhC' | 'maskC')
  | ('dh' | 'dc' | 'dxPart' | 'dhPart' | 'dOutputs');
