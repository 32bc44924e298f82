// Reset-after GRU, gates z, r, n (docs/numerics.md N7). Rows of one time step: batch x 3 units and batch x units.
import { lookUp, roundTo, saturates, sigmoid4, tanh4 } from './functions';

/** xPart, hPart: batch x 3 units, biases included. Writes gates z, r, n and the next h. */
export function gruForward(batch: i32, units: i32, xPart: usize, hPart: usize, h: usize, gates: usize, next: usize): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const z = sigmoid4(f32x4.add(v128.load(xPart + j), v128.load(hPart + j)));
      const r = sigmoid4(f32x4.add(v128.load(xPart + o + j), v128.load(hPart + o + j)));
      const n = tanh4(f32x4.add(v128.load(xPart + 2 * o + j), f32x4.mul(r, v128.load(hPart + 2 * o + j))));
      v128.store(gates + j, z);
      v128.store(gates + o + j, r);
      v128.store(gates + 2 * o + j, n);
      v128.store(next + j, f32x4.add(n, f32x4.mul(z, f32x4.sub(v128.load(h + j), n))));
    }
    xPart += 3 * o; hPart += 3 * o; gates += 3 * o; h += o; next += o;
  }
}

/** The same with the tables and roundings of the chip. `mask` (batch x 3 units): 0 where a gradient is cut, else 1.
 *  `next8`: the s8 copy of the next state, the matvec input of the next step. */
export function gruForwardQuantized(batch: i32, units: i32, xPart: usize, hPart: usize, h: usize, gates: usize, next: usize, next8: usize, mask: usize, sigmoid: usize, tanh: usize): void {
  const o = (<usize>units) << 2;
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 4) {
      const pz = load<f32>(xPart + j) + load<f32>(hPart + j);
      const pr = load<f32>(xPart + o + j) + load<f32>(hPart + o + j);
      const z = lookUp(sigmoid, pz, 16);
      const r = lookUp(sigmoid, pr, 16);
      const pn = load<f32>(xPart + 2 * o + j) + r * load<f32>(hPart + 2 * o + j);
      const n = lookUp(tanh, pn, 32);
      store<f32>(mask + j, saturates(pz, 16) ? 0 : 1);
      store<f32>(mask + o + j, saturates(pr, 16) ? 0 : 1);
      store<f32>(mask + 2 * o + j, saturates(pn, 32) ? 0 : 1);
      store<f32>(gates + j, z);
      store<f32>(gates + o + j, r);
      store<f32>(gates + 2 * o + j, n);
      const hNext = n + roundTo(z * (load<f32>(h + j) - n), 32768);
      store<f32>(next + j, hNext);
      store<f32>(next8 + j, roundTo(hNext, 128));
    }
    xPart += 3 * o; hPart += 3 * o; gates += 3 * o; mask += 3 * o; h += o; next += o; next8 += o;
  }
}

/**
 * dh: batch x units, the gradient of the next state; becomes dh * z, the part that reaches h directly. Writes the
 * gradients of xPart and hPart. mask = 0: no cut gradients.
 */
export function gruBackward(batch: i32, units: i32, gates: usize, hPart: usize, h: usize, dh: usize, dxPart: usize, dhPart: usize, mask: usize): void {
  const o = (<usize>units) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    for (let j: usize = 0; j < o; j += 16) {
      const z = v128.load(gates + j);
      const r = v128.load(gates + o + j);
      const n = v128.load(gates + 2 * o + j);
      const d = v128.load(dh + j);
      let dn = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)));
      if (mask) dn = f32x4.mul(dn, v128.load(mask + 2 * o + j));
      let dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h + j), n)), f32x4.mul(z, f32x4.sub(one, z)));
      let dr = f32x4.mul(f32x4.mul(dn, v128.load(hPart + 2 * o + j)), f32x4.mul(r, f32x4.sub(one, r)));
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
