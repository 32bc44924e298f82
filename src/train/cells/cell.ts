import type { GateActivation, ScaleScope } from '../../ir/model.js';
import type { RealLayer, RealMatrix } from '../../quantizers/real-network.js';
import type { LayerShape } from '../engine/layout.js';
import type { CellSteps, RecurrentProduct } from '../engine/step.js';
import type { Ranges } from '../ranges.js';
import type { CellReference } from './float64.js';

/** A trained layer as it is exported. */
export interface TrainedCell {
  readonly shape: LayerShape;
  readonly name: string;
  readonly scope: ScaleScope;
  readonly input: RealMatrix;
  readonly recurrent: RealMatrix;
  /** Real, gates x units. `recurrentBias`: zeros where the cell has one bias. */
  readonly inputBias: Float64Array;
  readonly recurrentBias: Float64Array;
  readonly ranges: Ranges;
}

/** All that the trainer knows of a cell; its kernels are in engine/assembly/<cell>.ts. */
export interface CellDef<B extends string = string> {
  /** Names of the gates, in the order of model.json. */
  readonly gates: readonly string[];
  readonly activations: readonly LayerShape['activation'][];
  /** First bias of each gate; `gateBias` is that of the gates that open at 1 (option gateBias). */
  firstBias(gateBias: number): readonly number[];
  steps(shape: LayerShape): CellSteps<B>;
  readonly reference: CellReference;
  toReal(trained: TrainedCell): RealLayer;
}

/** One product of the whole recurrent matrix with the state. */
export const wholeProduct = (gates: readonly string[]): RecurrentProduct<never> => ({
  of: 'h8',
  first: 0,
  gates: gates.length,
});

/** What every recurrent layer of a RealNetwork has. */
export const sharedReal = ({ name, shape, scope, input, recurrent }: TrainedCell) => ({
  name,
  units: shape.units,
  scope,
  input,
  recurrent,
});

/** Activation of a gated cell, whose row does not list relu. */
export const gateActivation = ({ activation }: LayerShape): GateActivation => (activation === 'hard' ? 'hard' : 'tanh');
