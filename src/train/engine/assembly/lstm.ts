// LSTM, gates i, f, g, o (docs/numerics.md N8). Rows of one time step: batch x 4 units and batch x units.
// hard != 0: piecewise-linear gates. Masks: 0 where a gradient is cut, else 1; null pointers where none is.
import { chipSigmoid, chipTanh, chipTanhOfCell, roundTo, sigmoidGate4, sigmoidMask, sigmoidSlope4, tanhGate4, tanhMask, tanhSlope4 } from './functions';

/** Pre-activations become gates in place; writes the next c and h, and tanh(c). */
export function lstmForward(batch: i32, units: i32, gates: usize, c: usize, cNext: usize, next: usize, tanhC: usize, hard: i32): void {
  const u = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < u; j += 16) {
      const i = sigmoidGate4(v128.load(gates + j), hard);
      const f = sigmoidGate4(v128.load(gates + u + j), hard);
      const g = tanhGate4(v128.load(gates + 2 * u + j), hard);
      const o = sigmoidGate4(v128.load(gates + 3 * u + j), hard);
      v128.store(gates + j, i);
      v128.store(gates + u + j, f);
      v128.store(gates + 2 * u + j, g);
      v128.store(gates + 3 * u + j, o);
      const cell = f32x4.add(f32x4.mul(f, v128.load(c + j)), f32x4.mul(i, g));
      const t = tanhGate4(cell, hard);
      v128.store(cNext + j, cell);
      v128.store(tanhC + j, t);
      v128.store(next + j, f32x4.mul(o, t));
    }
    gates += 4 * u; c += u; cNext += u; next += u; tanhC += u;
  }
}

/** The same with the tables and roundings of the chip; cScale = 2^cell fraction, hScale = 2^fraction of h. Masks: batch x 4 units, and of tanh(c)
 *  batch x units: 0 where a gradient is cut, else 1. */
export function lstmForwardChip(batch: i32, units: i32, gates: usize, c: usize, cNext: usize, next: usize, tanhC: usize, mask: usize, maskC: usize, sigmoid: usize, tanh: usize, cScale: f32, hScale: f32, hard: i32): void {
  const u = (<usize>units) << 2;
  const limit: f32 = 32767 / cScale;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < u; j += 4) {
      const pi = load<f32>(gates + j);
      const pf = load<f32>(gates + u + j);
      const pg = load<f32>(gates + 2 * u + j);
      const po = load<f32>(gates + 3 * u + j);
      store<f32>(mask + j, sigmoidMask(pi, hard));
      store<f32>(mask + u + j, sigmoidMask(pf, hard));
      store<f32>(mask + 2 * u + j, tanhMask(pg, hard));
      store<f32>(mask + 3 * u + j, sigmoidMask(po, hard));
      const i = chipSigmoid(sigmoid, pi, hard);
      const f = chipSigmoid(sigmoid, pf, hard);
      const g = chipTanh(tanh, pg, hard);
      const o = chipSigmoid(sigmoid, po, hard);
      store<f32>(gates + j, i);
      store<f32>(gates + u + j, f);
      store<f32>(gates + 2 * u + j, g);
      store<f32>(gates + 3 * u + j, o);
      const wide = roundTo(f * load<f32>(c + j) + i * g, cScale);
      const cell = Mathf.max(-limit, Mathf.min(limit, wide));
      store<f32>(maskC + j, cell != wide ? 0 : tanhMask(cell, hard));
      const t = chipTanhOfCell(tanh, cell, hard);
      store<f32>(cNext + j, cell);
      store<f32>(tanhC + j, t);
      store<f32>(next + j, roundTo(o * t, hScale));
    }
    gates += 4 * u; mask += 4 * u; c += u; cNext += u; next += u; tanhC += u; maskC += u;
  }
}

/** dh, dc: batch x units, gradients of the next state; dc becomes that of c. Writes the pre-activations' gradients. */
export function lstmBackward(batch: i32, units: i32, gates: usize, c: usize, tanhC: usize, dh: usize, dc: usize, dGates: usize, mask: usize, maskC: usize, hard: i32): void {
  const u = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < u; j += 16) {
      const i = v128.load(gates + j);
      const f = v128.load(gates + u + j);
      const g = v128.load(gates + 2 * u + j);
      const o = v128.load(gates + 3 * u + j);
      const t = v128.load(tanhC + j);
      const dhv = v128.load(dh + j);
      let through = f32x4.mul(f32x4.mul(dhv, o), tanhSlope4(t, hard));
      if (maskC) through = f32x4.mul(through, v128.load(maskC + j));
      const d = f32x4.add(v128.load(dc + j), through);
      let di = f32x4.mul(f32x4.mul(d, g), sigmoidSlope4(i, hard));
      let df = f32x4.mul(f32x4.mul(d, v128.load(c + j)), sigmoidSlope4(f, hard));
      let dg = f32x4.mul(f32x4.mul(d, i), tanhSlope4(g, hard));
      let dO = f32x4.mul(f32x4.mul(dhv, t), sigmoidSlope4(o, hard));
      if (mask) {
        di = f32x4.mul(di, v128.load(mask + j));
        df = f32x4.mul(df, v128.load(mask + u + j));
        dg = f32x4.mul(dg, v128.load(mask + 2 * u + j));
        dO = f32x4.mul(dO, v128.load(mask + 3 * u + j));
      }
      v128.store(dGates + j, di);
      v128.store(dGates + u + j, df);
      v128.store(dGates + 2 * u + j, dg);
      v128.store(dGates + 3 * u + j, dO);
      v128.store(dc + j, f32x4.mul(d, f));
    }
    gates += 4 * u; dGates += 4 * u; c += u; tanhC += u; dh += u; dc += u;
    if (mask) mask += 4 * u;
    if (maskC) maskC += u;
  }
}
