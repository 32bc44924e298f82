import { type CellBuffer, CellSteps, type ChipFormats } from './cell-steps.js';
import { type Arena, GATES, type LayerShape, pad8 } from './layout.js';
import type { ParameterBlock } from './parameters.js';
import { GEMM, type Kernels } from './wasm.js';

/** What a pass over a layer needs to know. */
export interface LayerPass {
  /** Address of the input: rows of inputStride floats, or one i32 symbol a row. */
  readonly x: number;
  readonly symbols: boolean;
  readonly chip: ChipFormats | null;
  /** Rows of each time step whose sequence has not ended: they come first. */
  readonly active: Int32Array;
}

/** One recurrent layer over a whole batch: forward, and back-propagation through time. Rows are time-major. */
export class EngineLayer {
  readonly units: number;
  readonly #g: number;
  readonly #at: Readonly<Record<Buffer, number>>;
  readonly #steps: CellSteps;
  /** Gradient of the outputs of steps 1.., [steps][batch][units]; the layer above fills it. */
  readonly dOutputs: number;

  constructor(
    readonly shape: LayerShape,
    readonly steps: number,
    readonly batch: number,
    readonly parameters: ParameterBlock,
    readonly gradient: ParameterBlock,
    arena: Arena,
  ) {
    this.units = pad8(shape.units);
    this.#g = GATES[shape.cell] * this.units;
    const [g, u, rows, i] = [this.#g, this.units, steps * batch, parameters.inputStride];
    const all = rows + batch;
    const isGru = shape.cell === 'gru';
    const before = isGru && shape.reset === 'before';
    const only = (wanted: boolean | undefined, size: number): number => (wanted ? size : 0);
    const sizes: Record<Buffer, number> = {
      packedInput: i * g,
      packedRecurrent: u * g,
      packedBack: u * g,
      packedDown: i * g,
      packedGradient: rows * g,
      affine: only(shape.affineInput, rows * i),
      xPart: rows * g,
      hPart: only(isGru && !before, rows * g),
      gates: only(isGru, rows * g),
      rh: only(before, rows * u),
      mask: rows * g,
      h: only(isGru, all * u),
      h8: all * u,
      c: only(shape.cell === 'lstm', all * u),
      tanhC: only(shape.cell === 'lstm', rows * u),
      maskC: only(shape.cell === 'lstm', rows * u),
      dh: batch * u,
      dc: batch * u,
      drh: only(before, batch * u),
      dPre: rows * g,
      dhPart: only(isGru && !before, rows * g),
      dAffine: only(shape.affineInput, rows * i),
      dOutputs: rows * u,
    };
    const places = Object.entries(sizes).map(([name, size]) => [name, arena.floats(size)]);
    this.#at = Object.fromEntries(places) as Record<Buffer, number>;
    this.dOutputs = this.#at.dOutputs;
    this.#steps = new CellSteps(shape, u, GATES[shape.cell], batch, parameters, this.#at);
  }

  /** Packs the parameters for a pass. */
  pack(k: Kernels): void {
    this.#steps.pack(k);
  }

  /** Rows of the outputs of steps 1..: what the layer above reads. */
  get outputs(): number {
    return this.#at.h8 + this.batch * this.units * 4;
  }

  /** Buffers that hold the state, [steps + 1][batch][units] each; `wide`: the state that the cell itself reads. */
  states(chip: boolean): readonly number[] {
    if (this.shape.cell === 'lstm') return [this.#at.h8, this.#at.c];
    return this.shape.cell === 'gru' && chip ? [this.#at.h8, this.#at.h] : [this.#at.h8];
  }

  forward(k: Kernels, pass: LayerPass): void {
    this.#inputProduct(k, pass);
    const rowU = this.batch * this.units * 4;
    for (let t = 0; t < this.steps; t++) {
      const active = pass.active[t]!;
      if (active > 0) this.#steps.forward(k, t, active, pass.chip);
      if (active < this.batch)
        for (const state of this.states(pass.chip !== null)) this.#hold(k, state + t * rowU, active);
    }
  }

  /** The states of ended sequences stay as they are. */
  #hold(k: Kernels, state: number, active: number): void {
    const next = state + this.batch * this.units * 4;
    const skipped = active * this.units * 4;
    const count = (this.batch - active) * this.units;
    k.fill(count, next + skipped, 0);
    k.addInto(count, next + skipped, state + skipped);
  }

  /** xPart = W x + b over all steps at once. */
  #inputProduct(k: Kernels, { x, symbols, chip }: LayerPass): void {
    const { at: p, inputStride: i } = this.parameters;
    const [rows, g, at] = [this.steps * this.batch, this.#g, this.#at];
    if (symbols) {
      k.gatherRows(rows, g, this.shape.inputs, x, p.input, p.inputBias, at.xPart);
      return;
    }
    let input = x;
    if (this.shape.affineInput) {
      k.affineForward(rows, i, x, p.inputScale, p.inputShift, chip?.affineScale ?? 0, chip?.largest ?? 0, at.affine);
      input = at.affine;
    }
    k.gemm(rows, g, i, input, i, 1, at.packedInput, at.xPart, g, GEMM.fromBias, p.inputBias);
  }

  /** Gradients of all parameters; writes the gradient of the input into `dx` where a layer below wants it. */
  backward(k: Kernels, pass: LayerPass, dx: number | null): void {
    const [g, u, at] = [this.#g, this.units, this.#at];
    const [rowG, rowU] = [this.batch * g * 4, this.batch * u * 4];
    for (const gradient of [at.dh, at.dc]) k.fill(this.batch * u, gradient, 0);
    for (let t = this.steps - 1; t >= 0; t--) {
      const active = pass.active[t]!;
      k.addInto(this.batch * u, at.dh, at.dOutputs + t * rowU);
      if (active > 0) this.#steps.backward(k, t, active, pass.chip !== null);
      if (active === this.batch) continue;
      const ended = (this.batch - active) * g;
      k.fill(ended, at.dPre + t * rowG + active * g * 4, 0);
      if (this.#steps.separate) k.fill(ended, at.dhPart + t * rowG + active * g * 4, 0);
    }
    this.#recurrentGradients(k);
    this.#inputGradients(k, pass, dx);
  }

  #recurrentGradients(k: Kernels): void {
    const [g, u, at, d] = [this.#g, this.units, this.#at, this.gradient.at];
    const rows = this.steps * this.batch;
    const toState = this.#steps.separate ? at.dhPart : at.dPre;
    k.packPanels(toState, rows, g, g, 1, at.packedGradient);
    if (this.#steps.separate) k.columnSums(rows, g, toState, d.recurrentBias);
    else k.fill(g, d.recurrentBias, 0);
    if (!this.#steps.resetBefore) {
      k.gemm(u, g, rows, at.h8, 1, u, at.packedGradient, d.recurrent, g, GEMM.fromZero, 0);
      return;
    }
    k.gemm(u, 2 * u, rows, at.h8, 1, u, at.packedGradient, d.recurrent, g, GEMM.fromZero, 0);
    const panelsN = at.packedGradient + 2 * u * rows * 4;
    k.gemm(u, u, rows, at.rh, 1, u, panelsN, d.recurrent + 2 * u * 4, g, GEMM.fromZero, 0);
  }

  #inputGradients(k: Kernels, { x, symbols, chip }: LayerPass, dx: number | null): void {
    const { at: p, inputStride: i } = this.parameters;
    const [g, at, d] = [this.#g, this.#at, this.gradient.at];
    const rows = this.steps * this.batch;
    k.columnSums(rows, g, at.dPre, d.inputBias);
    if (symbols) {
      k.fill(i * g, d.input, 0);
      k.scatterRows(rows, g, this.shape.inputs, x, at.dPre, d.input);
      return;
    }
    if (this.#steps.separate) k.packPanels(at.dPre, rows, g, g, 1, at.packedGradient);
    const affine = this.shape.affineInput ?? false;
    k.gemm(i, g, rows, affine ? at.affine : x, 1, i, at.packedGradient, d.input, g, GEMM.fromZero, 0);
    const down = affine ? at.dAffine : dx;
    if (down === null) return;
    k.packPanels(p.input, g, i, 1, g, at.packedDown);
    k.gemm(rows, i, g, at.dPre, g, 1, at.packedDown, down, i, GEMM.fromZero, 0);
    if (!affine) return;
    const [scale, largest] = [chip?.affineScale ?? 0, chip?.largest ?? 0];
    k.affineBackward(rows, i, x, p.inputScale, p.inputShift, scale, largest, down, d.inputScale, d.inputShift);
    if (dx === null) return;
    k.fill(rows * i, dx, 0);
    k.addInto(rows * i, dx, down);
  }

  /** Largest |c|, h and |u| of the last pass (0 where the layer has none). */
  ranges(k: Kernels): { cell: number; hidden: number; affine: number } {
    const { cell, activation, affineInput } = this.shape;
    const all = (this.steps + 1) * this.batch * this.units;
    return {
      cell: cell === 'lstm' ? k.largest(all, this.#at.c) : 0,
      hidden: activation === 'relu' ? k.largest(all, this.#at.h8) : 0,
      affine: affineInput ? k.largest(this.steps * this.batch * this.parameters.inputStride, this.#at.affine) : 0,
    };
  }

  /** Recomputes the products W x and U h of the last pass into `out` ([rows][gates x units]), without biases. */
  product(k: Kernels, which: 'input' | 'recurrent', { x, symbols }: LayerPass, out: number, zero: number): void {
    const [rows, g, u, at] = [this.steps * this.batch, this.#g, this.units, this.#at];
    const { at: p, inputStride: i } = this.parameters;
    if (which === 'recurrent') {
      k.gemm(rows, g, u, at.h8, u, 1, at.packedRecurrent, out, g, GEMM.fromZero, 0);
      if (this.#steps.resetBefore)
        k.gemm(rows, u, u, at.rh, u, 1, this.#steps.packedRecurrentN, out + 2 * u * 4, g, GEMM.fromZero, 0);
    } else if (symbols) k.gatherRows(rows, g, this.shape.inputs, x, p.input, zero, out);
    else k.gemm(rows, g, i, this.shape.affineInput ? at.affine : x, i, 1, at.packedInput, out, g, GEMM.fromZero, 0);
  }

  /** Room for product(): the gradients of the pre-activations, which a forward pass does not need. */
  get productRoom(): number {
    return this.#at.dPre;
  }

  get gateRow(): number {
    return this.#g;
  }
}

type Buffer = CellBuffer | 'packedDown' | 'packedGradient' | 'affine' | 'dAffine' | 'dOutputs';
