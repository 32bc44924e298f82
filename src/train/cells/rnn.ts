import type { CellSteps } from '../engine/step.js';
import { type CellDef, sharedReal, wholeProduct } from './cell.js';
import { type CellReference, NONLINEARITIES } from './float64.js';

const GATES = ['h'];
const PRODUCT = wholeProduct(GATES);

const steps: CellSteps<never> = {
  buffers: {},
  states: () => ['h8', 'h8'],
  cellState: null,
  dRecurrent: null,
  products: [PRODUCT],
  forward(step) {
    const { k, units: u, active: m, kind, chip } = step;
    step.multiply(PRODUCT, 'xPart', 'sum');
    const [pre, next, mask] = [step.at('xPart'), step.next('h8'), step.at('mask')];
    if (chip) k.rnnForwardChip(m, u, pre, next, mask, chip.tanh, chip.hiddenScale, chip.largest, step.chipKind);
    else k.rnnForward(m, u, pre, next, kind);
  },
  backward(step) {
    const { k, units: u, active: m, kind } = step;
    k.rnnBackward(m, u, step.at('xPart'), step.at('dh'), step.at('dPre'), step.mask('mask'), kind);
    step.multiplyBack(PRODUCT, 'dPre', 'dh', 'zero');
  },
};

const reference: CellReference = {
  forward({ activation, units }, _, xPart, hPart) {
    const h = xPart.map((x, j) => NONLINEARITIES[activation].tanh(x + hPart[j]!));
    return { h, c: new Float64Array(units), gates: h, hPart };
  },
  backward({ activation, units }, _p, _g, { h }, _before, d) {
    const dPre = d.h.map((v, j) => v * NONLINEARITIES[activation].dTanh(h[j]!));
    return { dxPart: dPre, dhPart: dPre, dh: new Float64Array(units), dc: d.c };
  },
};

/** Vanilla recurrent cell (docs/numerics.md N8). */
export const rnn: CellDef<never> = {
  gates: GATES,
  activations: ['tanh', 'hard', 'relu'],
  firstBias: () => [0],
  steps: () => steps,
  reference,
  toReal: (trained) => ({
    type: 'rnn',
    ...sharedReal(trained),
    activation: trained.shape.activation,
    bias: trained.inputBias,
    largestHidden: trained.ranges.hidden,
  }),
};
