// Vanilla recurrent cell (docs/numerics.md N8). Rows of one time step: batch x units. kind: 0 tanh, 1 hard tanh, 2 relu.
import { chipTanh, roundTo, tanhGate4, tanhMask, tanhSlope4 } from './functions';

const RELU = 2;

/** Pre-activations (both parts summed) become the output y in place; `next`: the next state. */
export function rnnForward(batch: i32, units: i32, gates: usize, next: usize, kind: i32): void {
  const end = gates + ((<usize>(batch * units)) << 2);
  while (gates < end) {
    const x = v128.load(gates);
    const y = kind == RELU ? f32x4.max(x, f32x4.splat(0)) : tanhGate4(x, kind);
    v128.store(gates, y);
    v128.store(next, y);
    gates += 16; next += 16;
  }
}

/** The same as on the chip; hScale = 2^fraction of the state (relu: its own), largest: its largest code. */
export function rnnForwardChip(batch: i32, units: i32, gates: usize, next: usize, mask: usize, tanh: usize, hScale: f32, largest: f32, kind: i32): void {
  const end = gates + ((<usize>(batch * units)) << 2);
  while (gates < end) {
    const x = load<f32>(gates);
    if (kind == RELU) {
      const code = Mathf.floor(x * hScale + 0.5);
      const y = Mathf.max(0, Mathf.min(largest, code)) / hScale;
      store<f32>(mask, code < 0 || code > largest ? 0 : 1);
      store<f32>(gates, y);
      store<f32>(next, y);
    } else {
      const y = chipTanh(tanh, x, kind);
      store<f32>(mask, tanhMask(x, kind));
      store<f32>(gates, y);
      store<f32>(next, roundTo(y, hScale));
    }
    gates += 4; next += 4; mask += 4;
  }
}

/** dh: gradient of the next state -> dPre, that of the pre-activations. */
export function rnnBackward(batch: i32, units: i32, gates: usize, dh: usize, dPre: usize, mask: usize, kind: i32): void {
  const end = gates + ((<usize>(batch * units)) << 2);
  while (gates < end) {
    const y = v128.load(gates);
    let d = v128.load(dh);
    if (kind != RELU) d = f32x4.mul(d, tanhSlope4(y, kind));
    else if (!mask) d = v128.and(d, f32x4.gt(y, f32x4.splat(0)));
    if (mask) {
      d = f32x4.mul(d, v128.load(mask));
      mask += 16;
    }
    v128.store(dPre, d);
    gates += 16; dh += 16; dPre += 16;
  }
}
