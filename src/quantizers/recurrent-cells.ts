import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import {
  ACTIVATION_FORMATS,
  type ActivationBits,
  type CellActivation,
  type GateFunction,
  gateFunction,
  type Layer,
  type Matrix,
  preactivationFraction,
} from '../ir/model.js';
import { chooseHiddenFraction } from './fractions.js';
import type { RealGru, RealLstm, RealRecurrent, RealRnn } from './real-network.js';

/** What all recurrent layers of a model have, with biases of both products. */
export interface RecurrentParts {
  readonly name: string;
  readonly units: number;
  readonly scope: RealRecurrent['scope'];
  readonly input: Matrix;
  readonly recurrent: Matrix;
  readonly inputBias: Int32Array;
  readonly recurrentBias: Int32Array;
  /** Fraction bits of h as the recurrent product reads it. */
  readonly hiddenFraction: number;
}

/** What differs between recurrent cells when their formats are chosen. */
export interface RecurrentCell<L extends RealRecurrent> {
  /** Fraction bits of h as the recurrent product reads it: those of [-1, 1], but for relu. */
  readonly hiddenFraction: (layer: L, bits: ActivationBits) => number;
  /** Fraction bits of the sums of the products. */
  readonly sumFraction: (layer: L, hiddenFraction: number) => number;
  /** N4: the bias of the input's product and that of the recurrent one. */
  readonly biases: (layer: L) => readonly [Float64Array, Float64Array];
  readonly assemble: (layer: L, parts: RecurrentParts) => Layer;
}

const unitFraction = (bits: ActivationBits): number => ACTIVATION_FORMATS[bits].unitFraction;

/** Fraction bits of the state of a GRU that is not of relu. */
const GRU_FRACTION = unitFraction(16);

const oneBias = ({ bias }: { readonly bias: Float64Array }) => [bias, new Float64Array(bias.length)] as const;

/** The model names the gates' function only where it is not the activation's own. */
const gatesOf = ({
  activation,
  gateActivation,
}: {
  readonly activation: CellActivation;
  readonly gateActivation?: GateFunction;
}) => ({
  activation,
  ...(gateActivation !== undefined && gateActivation !== gateFunction({ activation }) && { gateActivation }),
});

export const RNN: RecurrentCell<RealRnn> = {
  hiddenFraction: ({ activation, largestHidden }, bits) =>
    activation === 'relu' ? chooseHiddenFraction(largestHidden, bits) : unitFraction(bits),
  sumFraction: () => PREACTIVATION_FRACTION,
  biases: oneBias,
  assemble: ({ activation }, { inputBias, recurrentBias: _, hiddenFraction, ...shared }) => ({
    ...{ type: 'rnn', ...shared, activation, bias: inputBias, hiddenFraction },
  }),
};

export const GRU: RecurrentCell<RealGru> = {
  hiddenFraction: ({ activation, hiddenFraction = GRU_FRACTION }, bits) =>
    activation === 'relu' ? hiddenFraction : unitFraction(bits),
  sumFraction: ({ activation }, hiddenFraction) => preactivationFraction(activation, hiddenFraction),
  /** Gate n of reset 'after' has b_x and b_h apart; the other gates have their sum. */
  biases: ({ reset, units, inputBias, recurrentBias }) => {
    const merged = reset === 'before' ? 3 * units : 2 * units;
    return [
      inputBias.map((b, j) => (j < merged ? b + recurrentBias[j]! : b)),
      recurrentBias.map((b, j) => (j < merged ? 0 : b)),
    ];
  },
  assemble: (layer, { recurrentBias, hiddenFraction: _, ...shared }) => ({
    ...{ type: 'gru', ...shared, ...gatesOf(layer), reset: layer.reset },
    recurrentBias: layer.reset === 'before' ? new Int32Array(0) : recurrentBias.slice(2 * layer.units),
    hiddenFraction: layer.hiddenFraction ?? GRU_FRACTION,
  }),
};

export const LSTM: RecurrentCell<RealLstm> = {
  hiddenFraction: ({ activation, cellFraction }, bits) => (activation === 'relu' ? cellFraction : unitFraction(bits)),
  sumFraction: ({ activation }, hiddenFraction) => preactivationFraction(activation, hiddenFraction),
  biases: oneBias,
  assemble: (layer, { inputBias, recurrentBias: _, hiddenFraction: __, ...shared }) => ({
    ...{ type: 'lstm', ...shared, ...gatesOf(layer), bias: inputBias, cellFraction: layer.cellFraction },
  }),
};
