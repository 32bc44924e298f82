import type { CellSteps, RecurrentProduct } from '../engine/step.js';
import { type CellDef, gateActivation, sharedReal, wholeProduct } from './cell.js';
import { accumulate, affine, type CellReference, gateOf, NONLINEARITIES, stack } from './float64.js';

const GATES = ['z', 'r', 'n'];
const [Z, R, N] = [0, 1, 2];
type Own = 'gates' | 'h';

/** The state that the cell itself reads: with the chip's activations it has more bits than the matvec input. */
const memory = (chip: unknown): 'h' | 'h8' => (chip ? 'h' : 'h8');

const PRODUCT = wholeProduct(GATES);

/** n = tanh(x_n + r (U h + b)). */
const resetAfter: CellSteps<Own | 'hPart' | 'dhPart'> = {
  buffers: { gates: 'gates', h: 'states', hPart: 'gates', dhPart: 'gates' },
  states: (chip) => ['h8', memory(chip)],
  cellState: null,
  dRecurrent: 'dhPart',
  products: [PRODUCT],
  forward(step) {
    const { k, units: u, active: m, kind, chip } = step;
    step.multiply(PRODUCT, 'hPart', 'bias');
    const [pre, hPart, h, gates, next8] = [
      step.at('xPart'),
      step.at('hPart'),
      step.at(memory(chip)),
      step.at('gates'),
      step.next('h8'),
    ];
    if (!chip) k.gruForward(m, u, pre, hPart, h, gates, next8, kind);
    else {
      const [next, mask, { sigmoid, tanh, hiddenScale }] = [step.next('h'), step.at('mask'), chip];
      k.gruForwardChip(m, u, pre, hPart, h, gates, next, next8, mask, sigmoid, tanh, hiddenScale, step.chipKind);
    }
  },
  backward(step) {
    const { k, units: u, active: m, kind, chip } = step;
    const [gates, hPart, h, dPre, dhPart] = [
      step.at('gates'),
      step.at('hPart'),
      step.at(memory(chip)),
      step.at('dPre'),
      step.at('dhPart'),
    ];
    k.gruBackward(m, u, gates, hPart, h, step.at('dh'), dPre, dhPart, step.mask('mask'), kind);
    step.multiplyBack(PRODUCT, 'dhPart', 'dh', 'sum');
  },
};

const GATES_Z_R: RecurrentProduct<'rh'> = { of: 'h8', first: Z, gates: 2 };
const GATE_N: RecurrentProduct<'rh'> = { of: 'rh', first: N, gates: 1 };

/** n = tanh(x_n + U (r h)). */
const resetBefore: CellSteps<Own | 'rh' | 'drh'> = {
  buffers: { gates: 'gates', h: 'states', rh: 'units', drh: 'slots' },
  states: (chip) => ['h8', memory(chip)],
  cellState: null,
  dRecurrent: null,
  products: [GATES_Z_R, GATE_N],
  forward(step) {
    const { k, units: u, active: m, kind, chip } = step;
    const [pre, h, gates, next8] = [step.at('xPart'), step.at(memory(chip)), step.at('gates'), step.next('h8')];
    const [rh, mask] = [step.at('rh'), step.at('mask')];
    step.multiply(GATES_Z_R, 'xPart', 'sum');
    if (chip) k.resetForwardChip(m, u, pre, h, gates, rh, mask, chip.sigmoid, chip.hiddenScale, step.chipKind);
    else k.resetForward(m, u, pre, h, gates, rh, kind);
    step.multiply(GATE_N, 'xPart', 'sum');
    if (!chip) k.candidateForward(m, u, pre, h, gates, next8, kind);
    else
      k.candidateForwardChip(
        m,
        u,
        pre,
        h,
        gates,
        step.next('h'),
        next8,
        mask,
        chip.tanh,
        chip.hiddenScale,
        step.chipKind,
      );
  },
  backward(step) {
    const { k, units: u, active: m, kind, chip } = step;
    const [gates, h, dh, dPre, mask] = [
      step.at('gates'),
      step.at(memory(chip)),
      step.at('dh'),
      step.at('dPre'),
      step.mask('mask'),
    ];
    k.candidateBackward(m, u, gates, h, dh, dPre, mask, kind);
    step.multiplyBack(GATE_N, 'dPre', 'drh', 'zero');
    k.resetBackward(m, u, gates, h, step.at('drh'), dh, dPre, mask, kind);
    step.multiplyBack(GATES_Z_R, 'dPre', 'dh', 'sum');
  },
};

/** Rows of gate n in the recurrent matrix. */
const rowsOfN = (weights: Float64Array, units: number): Float64Array => weights.subarray(N * units * units);

const reference: CellReference = {
  forward({ activation, units, reset }, p, xPart, hPart, before) {
    const { sigmoid, tanh } = NONLINEARITIES[activation];
    const part = (parts: Float64Array, gate: number) => gateOf(parts, gate, units);
    const [z, r] = [Z, R].map((gate) => part(xPart, gate).map((x, j) => sigmoid(x + part(hPart, gate)[j]!)));
    const rh = before.h.map((h, j) => r![j]! * h);
    const recurrent =
      reset === 'before'
        ? affine(rowsOfN(p.recurrent, units), rh, part(p.recurrentBias, N))
        : part(hPart, N).map((v, j) => r![j]! * v);
    const n = part(xPart, N).map((x, j) => tanh(x + recurrent[j]!));
    const h = n.map((v, j) => v + z![j]! * (before.h[j]! - v));
    return { h, c: before.c, gates: stack([z!, r!, n]), hPart, rh };
  },
  backward({ activation, units, reset }, p, g, { gates, hPart, rh }, before, d) {
    const { dSigmoid, dTanh } = NONLINEARITIES[activation];
    const [z, r, n] = [Z, R, N].map((gate) => gateOf(gates, gate, units));
    const dh = d.h.map((v, j) => v * z![j]!);
    const dn = d.h.map((v, j) => v * (1 - z![j]!) * dTanh(n![j]!));
    const dz = d.h.map((v, j) => v * (before.h[j]! - n![j]!) * dSigmoid(z![j]!));
    if (reset !== 'before') {
      const dr = dn.map((v, j) => v * gateOf(hPart, N, units)[j]! * dSigmoid(r![j]!));
      return { dxPart: stack([dz, dr, dn]), dhPart: stack([dz, dr, dn.map((v, j) => v * r![j]!)]), dh, dc: d.c };
    }
    const drh = new Float64Array(units);
    accumulate(rowsOfN(p.recurrent, units), rowsOfN(g.recurrent, units), null, dn, rh!, drh);
    const dr = drh.map((v, j) => v * before.h[j]! * dSigmoid(r![j]!));
    const through = dh.map((v, j) => v + drh[j]! * r![j]!);
    return { dxPart: stack([dz, dr, dn]), dhPart: stack([dz, dr]), dh: through, dc: d.c };
  },
};

/** GRU (docs/numerics.md N7). */
export const gru: CellDef = {
  gates: GATES,
  activations: ['tanh', 'hard'],
  firstBias: (gateBias) => [gateBias, gateBias, 0],
  steps: ({ reset }) => (reset === 'before' ? resetBefore : resetAfter) as CellSteps,
  reference,
  toReal: (trained) => ({
    type: 'gru',
    ...sharedReal(trained),
    activation: gateActivation(trained.shape),
    reset: trained.shape.reset ?? 'after',
    inputBias: trained.inputBias,
    recurrentBias: trained.recurrentBias,
  }),
};
