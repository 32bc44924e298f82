import type { ActivationBits, TableReading } from '../../ir/model.js';

/** Activations of the chip during training, for each layer. */
export interface FakeQuantization {
  readonly activationBits: ActivationBits;
  readonly tables: TableReading;
  /** Fraction bits of a cell state (N8). */
  readonly cellFractions: readonly number[];
  /** Fraction bits of a relu cell's state. */
  readonly hiddenFractions: readonly number[];
  /** Fraction bits of the output of a scaleShift input. */
  readonly scaleShiftFractions: readonly number[];
  /** Fraction bits of the outputs of windowed layers. */
  readonly windowedFractions: readonly number[];
  /** Fraction bits of the outputs of dense layers below the last one. */
  readonly headFractions: readonly number[];
}

export interface Dropout {
  /** Share of the outputs of every layer that is dropped, drawn again at each time step; not on the recurrent path (Zaremba et al. 2014). */
  readonly rate: number;
  /** Must differ from pass to pass. */
  readonly seed: number;
}

export interface Distillation {
  /** loss = (1 - weight) CE + weight T^2 KL(teacher || student), softmaxes at temperature T. */
  readonly weight: number;
  readonly temperature: number;
}

/** What a pass computes beside the parameters and the batch. */
export interface RunOptions {
  readonly quantization: FakeQuantization | null;
  /** Starts from the states in which the last pass left the slots; otherwise from zero. */
  readonly carryState?: boolean;
  readonly dropout?: Dropout;
  /** Weight of each output in the loss: that of a class. The mean is a weighted one. */
  readonly outputWeights?: Float32Array;
  /** Teacher logits are given by setTeacher. */
  readonly distillation?: Distillation;
}

/** Seed of one row of dropout: by layer, step and slot, so that it does not depend on how the batch is cut. */
export function dropoutSeed(seed: number, layer: number, step: number, slot: number): number {
  let x = Math.imul(seed ^ Math.imul(layer + 1, 0x9e3779b1), 0x85ebca77);
  x = Math.imul(x ^ (x >>> 15) ^ Math.imul(step + 1, 0xc2b2ae3d), 0x27d4eb2f);
  x = Math.imul(x ^ (x >>> 15) ^ Math.imul(slot + 1, 0x165667b1), 0x9e3779b1);
  return x ^ (x >>> 16);
}
