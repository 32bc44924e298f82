// Activations of dense layers (docs/numerics.md N9), over n sums. kind: 0 linear, 1 relu, 2 tanh, 3 sigmoid.
import {
  chipSigmoid, chipTanh, sigmoidGate4, sigmoidMask, sigmoidSlope4, tanhGate4, tanhMask, tanhSlope4,
} from './functions';

const RELU = 1;
const TANH = 2;
const SIGMOID = 3;

/** Sums become the values y in place; `out`: what the next layer reads. */
export function denseForward(n: i32, sums: usize, out: usize, kind: i32): void {
  const end = sums + ((<usize>n) << 2);
  while (sums < end) {
    let y = v128.load(sums);
    if (kind == RELU) y = f32x4.max(y, f32x4.splat(0));
    else if (kind == TANH) y = tanhGate4(y, 0);
    else if (kind == SIGMOID) y = sigmoidGate4(y, 0);
    v128.store(sums, y);
    v128.store(out, y);
    sums += 16; out += 16;
  }
}

/**
 * The same as on the chip: `table` of the activation, read as `reading` says (a kind of functions.ts); `out` in steps of 1/scale,
 * `largest` of them at most. `mask`: 0 where a value is cut off.
 */
export function denseForwardChip(n: i32, sums: usize, out: usize, mask: usize, table: usize, scale: f32, largest: f32, reading: i32, kind: i32): void {
  const end = sums + ((<usize>n) << 2);
  while (sums < end) {
    const x = load<f32>(sums);
    let y: f32 = kind == RELU ? Mathf.max(0, x) : x;
    let free: f32 = 1;
    if (kind == TANH) {
      y = chipTanh(table, x, reading);
      free = tanhMask(x, reading);
    } else if (kind == SIGMOID) {
      y = chipSigmoid(table, x, reading);
      free = sigmoidMask(x, reading);
    }
    const code = Mathf.floor(y * scale + 0.5);
    if (kind < TANH && Mathf.abs(code) > largest) free = 0;
    store<f32>(sums, y);
    store<f32>(mask, free);
    store<f32>(out, Mathf.max(-largest, Mathf.min(largest, code)) / scale);
    sums += 4; out += 4; mask += 4;
  }
}

/** d: gradient of the outputs, becomes that of the sums; y: the values. mask: of denseForwardChip, or 0. */
export function denseBackward(n: i32, y: usize, d: usize, mask: usize, kind: i32): void {
  const end = y + ((<usize>n) << 2);
  while (y < end) {
    const value = v128.load(y);
    let slope = v128.load(d);
    if (kind == TANH) slope = f32x4.mul(slope, tanhSlope4(value, 0));
    else if (kind == SIGMOID) slope = f32x4.mul(slope, sigmoidSlope4(value, 0));
    else if (kind == RELU) slope = v128.and(slope, f32x4.gt(value, f32x4.splat(0)));
    if (mask) {
      slope = f32x4.mul(slope, v128.load(mask));
      mask += 16;
    }
    v128.store(d, slope);
    y += 16; d += 16;
  }
}
