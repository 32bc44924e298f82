import type { LayerShape } from './layout.js';
import type { ParameterBlock } from './parameters.js';
import { GEMM, type Kernels } from './wasm.js';

/** Kind of a nonlinearity in the kernels. */
const KIND = { tanh: 0, hard: 1, relu: 2 } as const;

/** Activations of the chip in one layer: addresses of the tables as f32 values, and 2^fraction of its formats. */
export interface ChipFormats {
  readonly sigmoid: number;
  readonly tanh: number;
  readonly cellScale: number;
  readonly hiddenScale: number;
  /** Largest code of an activation. */
  readonly largest: number;
  readonly affineScale: number;
}

/** Buffers of a layer that its cell works on; a step of time begins `step` rows further. */
export type CellBuffer =
  | ('packedInput' | 'packedRecurrent' | 'packedBack')
  | ('xPart' | 'hPart' | 'gates' | 'rh' | 'mask' | 'h' | 'h8' | 'c' | 'tanhC' | 'maskC')
  | ('dh' | 'dc' | 'drh' | 'dPre' | 'dhPart');

/** One time step of a cell, forward and backward, over the active rows of a batch. */
export class CellSteps {
  readonly #kind: number;
  readonly #g: number;
  readonly #isGru: boolean;
  /** GRU whose reset gate comes before the recurrent product. */
  readonly resetBefore: boolean;
  /** The recurrent part has pre-activations of its own: gate n of a reset-after GRU multiplies it by r. */
  readonly separate: boolean;

  constructor(
    readonly shape: LayerShape,
    readonly units: number,
    readonly gates: number,
    readonly batch: number,
    readonly parameters: ParameterBlock,
    readonly at: Readonly<Record<CellBuffer, number>>,
  ) {
    this.#kind = KIND[shape.activation];
    this.#g = gates * units;
    this.#isGru = shape.cell === 'gru';
    this.resetBefore = this.#isGru && shape.reset === 'before';
    this.separate = this.#isGru && !this.resetBefore;
  }

  /** Packs the parameters for a pass. */
  pack(k: Kernels): void {
    const [g, u, at, p] = [this.#g, this.units, this.at, this.parameters.at];
    k.packPanels(p.input, this.parameters.inputStride, g, g, 1, at.packedInput);
    k.packPanels(p.recurrent, u, g, g, 1, at.packedRecurrent);
    if (!this.resetBefore) {
      k.packPanels(p.recurrent, g, u, 1, g, at.packedBack);
      return;
    }
    k.packPanels(p.recurrent, 2 * u, u, 1, g, at.packedBack);
    k.packPanels(p.recurrent + 2 * u * 4, u, u, 1, g, this.#packedBackN);
  }

  /** Transposed panels of gate n behind those of z and r. */
  get #packedBackN(): number {
    return this.at.packedBack + 2 * this.units * this.units * 4;
  }

  /** Panels of gate n's columns behind those of z and r. */
  get packedRecurrentN(): number {
    return this.at.packedRecurrent + 2 * this.units * this.units * 4;
  }

  /** From the states of step t to those of the next one. */
  forward(k: Kernels, t: number, active: number, chip: ChipFormats | null): void {
    const [g, u, at, kind, m] = [this.#g, this.units, this.at, this.#kind, active];
    const [rowG, rowU] = [this.batch * g * 4, this.batch * u * 4];
    const [h8, pre, gates, mask] = [at.h8 + t * rowU, at.xPart + t * rowG, at.gates + t * rowG, at.mask + t * rowG];
    const [next8, h] = [h8 + rowU, (chip ? at.h : at.h8) + t * rowU];
    if (this.resetBefore) {
      const rh = at.rh + t * rowU;
      k.gemm(m, 2 * u, u, h8, u, 1, at.packedRecurrent, pre, g, GEMM.fromC, 0);
      if (chip) k.resetForwardChip(m, u, pre, h, gates, rh, mask, chip.sigmoid, chip.hiddenScale, kind);
      else k.resetForward(m, u, pre, h, gates, rh, kind);
      k.gemm(m, u, u, rh, u, 1, this.packedRecurrentN, pre + 2 * u * 4, g, GEMM.fromC, 0);
      if (chip) k.candidateForwardChip(m, u, pre, h, gates, h + rowU, next8, mask, chip.tanh, chip.hiddenScale, kind);
      else k.candidateForward(m, u, pre, h, gates, next8, kind);
      return;
    }
    if (this.#isGru) {
      const hPart = at.hPart + t * rowG;
      k.gemm(m, g, u, h8, u, 1, at.packedRecurrent, hPart, g, GEMM.fromBias, this.parameters.at.recurrentBias);
      if (chip)
        k.gruForwardChip(
          ...[m, u, pre, hPart, h, gates, h + rowU, next8, mask, chip.sigmoid, chip.tanh, chip.hiddenScale, kind],
        );
      else k.gruForward(m, u, pre, hPart, h, gates, next8, kind);
      return;
    }
    k.gemm(m, g, u, h8, u, 1, at.packedRecurrent, pre, g, GEMM.fromC, 0);
    if (this.shape.cell === 'rnn') {
      if (chip) k.rnnForwardChip(m, u, pre, next8, mask, chip.tanh, chip.hiddenScale, chip.largest, kind);
      else k.rnnForward(m, u, pre, next8, kind);
      return;
    }
    const [c, tanhC, maskC] = [at.c + t * rowU, at.tanhC + t * rowU, at.maskC + t * rowU];
    if (chip)
      k.lstmForwardChip(
        ...[m, u, pre, c, c + rowU, next8, tanhC, mask, maskC],
        ...[chip.sigmoid, chip.tanh, chip.cellScale, chip.hiddenScale, kind],
      );
    else k.lstmForward(m, u, pre, c, c + rowU, next8, tanhC, kind);
  }

  /** From the gradient of the next state (in dh) to those of step t's pre-activations and state. */
  backward(k: Kernels, t: number, active: number, chip: boolean): void {
    const [g, u, at, kind, m] = [this.#g, this.units, this.at, this.#kind, active];
    const [rowG, rowU] = [this.batch * g * 4, this.batch * u * 4];
    const [pre, gates, dPre] = [at.xPart + t * rowG, at.gates + t * rowG, at.dPre + t * rowG];
    const mask = chip ? at.mask + t * rowG : 0;
    const h = (chip ? at.h : at.h8) + t * rowU;
    if (this.resetBefore) {
      k.candidateBackward(m, u, gates, h, at.dh, dPre, mask, kind);
      k.gemm(m, u, u, dPre + 2 * u * 4, g, 1, this.#packedBackN, at.drh, u, GEMM.fromZero, 0);
      k.resetBackward(m, u, gates, h, at.drh, at.dh, dPre, mask, kind);
      k.gemm(m, u, 2 * u, dPre, g, 1, at.packedBack, at.dh, u, GEMM.fromC, 0);
      return;
    }
    if (this.#isGru) {
      const dhPart = at.dhPart + t * rowG;
      k.gruBackward(m, u, gates, at.hPart + t * rowG, h, at.dh, dPre, dhPart, mask, kind);
      k.gemm(m, u, g, dhPart, g, 1, at.packedBack, at.dh, u, GEMM.fromC, 0);
      return;
    }
    if (this.shape.cell === 'rnn') k.rnnBackward(m, u, pre, at.dh, dPre, mask, kind);
    else {
      const maskC = chip ? at.maskC + t * rowU : 0;
      k.lstmBackward(m, u, pre, at.c + t * rowU, at.tanhC + t * rowU, at.dh, at.dc, dPre, mask, maskC, kind);
    }
    k.gemm(m, u, g, dPre, g, 1, at.packedBack, at.dh, u, GEMM.fromZero, 0);
  }
}
