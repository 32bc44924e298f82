import { chooseCellFraction } from '../../quantizers/fractions.js';
import type { CellSteps } from '../engine/step.js';
import { type CellDef, gateActivation, sharedReal, wholeProduct } from './cell.js';
import { type CellReference, gateOf, NONLINEARITIES, stack } from './float64.js';

const GATES = ['i', 'f', 'g', 'o'];
const PRODUCT = wholeProduct(GATES);

const steps: CellSteps<'c' | 'tanhC' | 'maskC' | 'dc'> = {
  buffers: { c: 'states', tanhC: 'units', maskC: 'units', dc: 'slots' },
  states: () => ['h8', 'c'],
  cellState: 'c',
  dRecurrent: null,
  products: [PRODUCT],
  forward(step) {
    const { k, units: u, active: m, kind, chip } = step;
    step.multiply(PRODUCT, 'xPart', 'sum');
    const [pre, c, nextC, next, tanhC] = [
      step.at('xPart'),
      step.at('c'),
      step.next('c'),
      step.next('h8'),
      step.at('tanhC'),
    ];
    if (!chip) k.lstmForward(m, u, pre, c, nextC, next, tanhC, kind);
    else {
      const [mask, maskC, { sigmoid, tanh, cellScale, hiddenScale }] = [step.at('mask'), step.at('maskC'), chip];
      k.lstmForwardChip(
        m,
        u,
        pre,
        c,
        nextC,
        next,
        tanhC,
        mask,
        maskC,
        sigmoid,
        tanh,
        cellScale,
        hiddenScale,
        step.chipKind,
      );
    }
  },
  backward(step) {
    const { k, units: u, active: m, kind } = step;
    const [pre, c, tanhC, mask, maskC] = [
      step.at('xPart'),
      step.at('c'),
      step.at('tanhC'),
      step.mask('mask'),
      step.mask('maskC'),
    ];
    k.lstmBackward(m, u, pre, c, tanhC, step.at('dh'), step.at('dc'), step.at('dPre'), mask, maskC, kind);
    step.multiplyBack(PRODUCT, 'dPre', 'dh', 'zero');
  },
};

const reference: CellReference = {
  forward({ activation, units }, _, xPart, hPart, before) {
    const { sigmoid, tanh } = NONLINEARITIES[activation];
    const pre = xPart.map((x, row) => x + hPart[row]!);
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gateOf(pre, gate, units).map(gate === 2 ? tanh : sigmoid));
    const c = before.c.map((kept, j) => f![j]! * kept + i![j]! * g![j]!);
    const h = c.map((v, j) => o![j]! * tanh(v));
    return { h, c, gates: stack([i!, f!, g!, o!]), hPart };
  },
  backward({ activation, units }, _p, _g, { c, gates }, before, d) {
    const { tanh, dSigmoid, dTanh } = NONLINEARITIES[activation];
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gateOf(gates, gate, units));
    const through = d.c.map((v, j) => v + d.h[j]! * o![j]! * dTanh(tanh(c[j]!)));
    const dPre = stack([
      through.map((v, j) => v * g![j]! * dSigmoid(i![j]!)),
      through.map((v, j) => v * before.c[j]! * dSigmoid(f![j]!)),
      through.map((v, j) => v * i![j]! * dTanh(g![j]!)),
      d.h.map((v, j) => v * tanh(c[j]!) * dSigmoid(o![j]!)),
    ]);
    return { dxPart: dPre, dhPart: dPre, dh: new Float64Array(units), dc: through.map((v, j) => v * f![j]!) };
  },
};

/** LSTM (docs/numerics.md N8). */
export const lstm: CellDef<'c' | 'tanhC' | 'maskC' | 'dc'> = {
  gates: GATES,
  activations: ['tanh', 'hard'],
  // the forget gate begins open (Gers et al. 2000)
  firstBias: (gateBias) => [gateBias, 1, 0, gateBias],
  steps: () => steps,
  reference,
  toReal: (trained) => ({
    type: 'lstm',
    ...sharedReal(trained),
    activation: gateActivation(trained.shape),
    bias: trained.inputBias,
    cellFraction: chooseCellFraction(trained.ranges.cell),
  }),
};
