// GRU, gates z, r, n (docs/numerics.md N7). Rows of one time step: batch x 3 units and batch x units.
// hard != 0: piecewise-linear gates. mask: 0 where a gradient is cut, else 1; a null pointer where none is.
import { chipSigmoid, chipTanh, roundTo, sigmoidGate4, sigmoidMask, sigmoidSlope4, tanhGate4, tanhMask, tanhSlope4 } from './functions';

/** Reset after the product. xPart, hPart: batch x 3 units, biases included. Writes gates z, r, n and the next h. */
export function gruForward(batch: i32, units: i32, xPart: usize, hPart: usize, h: usize, gates: usize, next: usize, hard: i32): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const z = sigmoidGate4(f32x4.add(v128.load(xPart + j), v128.load(hPart + j)), hard);
      const r = sigmoidGate4(f32x4.add(v128.load(xPart + o + j), v128.load(hPart + o + j)), hard);
      const n = tanhGate4(f32x4.add(v128.load(xPart + 2 * o + j), f32x4.mul(r, v128.load(hPart + 2 * o + j))), hard);
      v128.store(gates + j, z);
      v128.store(gates + o + j, r);
      v128.store(gates + 2 * o + j, n);
      v128.store(next + j, f32x4.add(n, f32x4.mul(z, f32x4.sub(v128.load(h + j), n))));
    }
    xPart += 3 * o; hPart += 3 * o; gates += 3 * o; h += o; next += o;
  }
}

/** The same with the tables and roundings of the chip. `next8`: the next state as the matvec input of the next step,
 *  rounded to multiples of 1/scale. */
export function gruForwardChip(batch: i32, units: i32, xPart: usize, hPart: usize, h: usize, gates: usize, next: usize, next8: usize, mask: usize, sigmoid: usize, tanh: usize, scale: f32, hard: i32): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 4) {
      const pz = load<f32>(xPart + j) + load<f32>(hPart + j);
      const pr = load<f32>(xPart + o + j) + load<f32>(hPart + o + j);
      const z = chipSigmoid(sigmoid, pz, hard);
      const r = chipSigmoid(sigmoid, pr, hard);
      const pn = load<f32>(xPart + 2 * o + j) + r * load<f32>(hPart + 2 * o + j);
      const n = chipTanh(tanh, pn, hard);
      store<f32>(mask + j, sigmoidMask(pz, hard));
      store<f32>(mask + o + j, sigmoidMask(pr, hard));
      store<f32>(mask + 2 * o + j, tanhMask(pn, hard));
      store<f32>(gates + j, z);
      store<f32>(gates + o + j, r);
      store<f32>(gates + 2 * o + j, n);
      const hNext = n + roundTo(z * (load<f32>(h + j) - n), 32768);
      store<f32>(next + j, hNext);
      store<f32>(next8 + j, roundTo(hNext, scale));
    }
    xPart += 3 * o; hPart += 3 * o; gates += 3 * o; mask += 3 * o; h += o; next += o; next8 += o;
  }
}

/**
 * dh: batch x units, the gradient of the next state; becomes dh * z, the part that reaches h directly. Writes the
 * gradients of xPart and hPart.
 */
export function gruBackward(batch: i32, units: i32, gates: usize, hPart: usize, h: usize, dh: usize, dxPart: usize, dhPart: usize, mask: usize, hard: i32): void {
  const o = (<usize>units) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const z = v128.load(gates + j);
      const r = v128.load(gates + o + j);
      const n = v128.load(gates + 2 * o + j);
      const d = v128.load(dh + j);
      let dn = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), tanhSlope4(n, hard));
      if (mask) dn = f32x4.mul(dn, v128.load(mask + 2 * o + j));
      let dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h + j), n)), sigmoidSlope4(z, hard));
      let dr = f32x4.mul(f32x4.mul(dn, v128.load(hPart + 2 * o + j)), sigmoidSlope4(r, hard));
      if (mask) {
        dz = f32x4.mul(dz, v128.load(mask + j));
        dr = f32x4.mul(dr, v128.load(mask + o + j));
      }
      v128.store(dxPart + j, dz);
      v128.store(dxPart + o + j, dr);
      v128.store(dxPart + 2 * o + j, dn);
      v128.store(dhPart + j, dz);
      v128.store(dhPart + o + j, dr);
      v128.store(dhPart + 2 * o + j, f32x4.mul(dn, r));
      v128.store(dh + j, f32x4.mul(d, z));
    }
    gates += 3 * o; hPart += 3 * o; dxPart += 3 * o; dhPart += 3 * o; h += o; dh += o;
    if (mask) mask += 3 * o;
  }
}

/** Reset before the product, first half: pre-activations of z and r (in `pre`, both parts summed) -> gates, and r * h. */
export function resetForward(batch: i32, units: i32, pre: usize, h: usize, gates: usize, rh: usize, hard: i32): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const r = sigmoidGate4(v128.load(pre + o + j), hard);
      v128.store(gates + j, sigmoidGate4(v128.load(pre + j), hard));
      v128.store(gates + o + j, r);
      v128.store(rh + j, f32x4.mul(r, v128.load(h + j)));
    }
    pre += 3 * o; gates += 3 * o; h += o; rh += o;
  }
}

export function resetForwardChip(batch: i32, units: i32, pre: usize, h: usize, gates: usize, rh: usize, mask: usize, sigmoid: usize, scale: f32, hard: i32): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 4) {
      const pz = load<f32>(pre + j);
      const pr = load<f32>(pre + o + j);
      const r = chipSigmoid(sigmoid, pr, hard);
      store<f32>(gates + j, chipSigmoid(sigmoid, pz, hard));
      store<f32>(gates + o + j, r);
      store<f32>(mask + j, sigmoidMask(pz, hard));
      store<f32>(mask + o + j, sigmoidMask(pr, hard));
      store<f32>(rh + j, roundTo(r * load<f32>(h + j), scale));
    }
    pre += 3 * o; gates += 3 * o; mask += 3 * o; h += o; rh += o;
  }
}

/** Second half: pre-activation of n (in `pre`, both parts summed) -> gate n and the next state. */
export function candidateForward(batch: i32, units: i32, pre: usize, h: usize, gates: usize, next: usize, hard: i32): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const n = tanhGate4(v128.load(pre + 2 * o + j), hard);
      v128.store(gates + 2 * o + j, n);
      v128.store(next + j, f32x4.add(n, f32x4.mul(v128.load(gates + j), f32x4.sub(v128.load(h + j), n))));
    }
    pre += 3 * o; gates += 3 * o; h += o; next += o;
  }
}

export function candidateForwardChip(batch: i32, units: i32, pre: usize, h: usize, gates: usize, next: usize, next8: usize, mask: usize, tanh: usize, scale: f32, hard: i32): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 4) {
      const pn = load<f32>(pre + 2 * o + j);
      const n = chipTanh(tanh, pn, hard);
      store<f32>(gates + 2 * o + j, n);
      store<f32>(mask + 2 * o + j, tanhMask(pn, hard));
      const hNext = n + roundTo(load<f32>(gates + j) * (load<f32>(h + j) - n), 32768);
      store<f32>(next + j, hNext);
      store<f32>(next8 + j, roundTo(hNext, scale));
    }
    pre += 3 * o; gates += 3 * o; mask += 3 * o; h += o; next += o; next8 += o;
  }
}

/** Backward of the second half: gradients of the pre-activations of z and n; dh becomes dh * z. */
export function candidateBackward(batch: i32, units: i32, gates: usize, h: usize, dh: usize, dPre: usize, mask: usize, hard: i32): void {
  const o = (<usize>units) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const z = v128.load(gates + j);
      const n = v128.load(gates + 2 * o + j);
      const d = v128.load(dh + j);
      let dn = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), tanhSlope4(n, hard));
      let dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h + j), n)), sigmoidSlope4(z, hard));
      if (mask) {
        dn = f32x4.mul(dn, v128.load(mask + 2 * o + j));
        dz = f32x4.mul(dz, v128.load(mask + j));
      }
      v128.store(dPre + j, dz);
      v128.store(dPre + 2 * o + j, dn);
      v128.store(dh + j, f32x4.mul(d, z));
    }
    gates += 3 * o; dPre += 3 * o; h += o; dh += o;
    if (mask) mask += 3 * o;
  }
}

/** Backward of the first half: drh is the gradient of r * h; adds to dh, writes the gradient of r's pre-activation. */
export function resetBackward(batch: i32, units: i32, gates: usize, h: usize, drh: usize, dh: usize, dPre: usize, mask: usize, hard: i32): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const r = v128.load(gates + o + j);
      const d = v128.load(drh + j);
      let dr = f32x4.mul(f32x4.mul(d, v128.load(h + j)), sigmoidSlope4(r, hard));
      if (mask) dr = f32x4.mul(dr, v128.load(mask + o + j));
      v128.store(dPre + o + j, dr);
      v128.store(dh + j, f32x4.add(v128.load(dh + j), f32x4.mul(d, r)));
    }
    gates += 3 * o; dPre += 3 * o; h += o; drh += o; dh += o;
    if (mask) mask += 3 * o;
  }
}
