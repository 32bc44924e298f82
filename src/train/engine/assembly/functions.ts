// exp, sigmoid, tanh for four lanes (Cephes expf: argument reduction by ln 2, degree-5 polynomial), and the deployed tables.

@inline export function exp4(x0: v128): v128 {
  const x = f32x4.max(f32x4.splat(-87.3), f32x4.min(f32x4.splat(88.3), x0));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let y = f32x4.splat(1.98756915e-4);
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

@inline function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

@inline function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.sub(f32x4.div(f32x4.splat(2), f32x4.add(one, exp4(f32x4.mul(x, f32x4.splat(-2))))), one);
}

/** N5, N6: entry of a table of 256 f32 values for pre-activation x; scale = 2^index fraction. */
@inline function lookUp(table: usize, x: f32, scale: f32): f32 {
  const index = Mathf.max(-128, Mathf.min(127, Mathf.floor(x * scale + 0.5)));
  return load<f32>(table + ((<usize>(<i32>index + 128)) << 2));
}

/** True where lookUp's index is cut off, and with it the gradient. */
@inline function saturates(x: f32, scale: f32): bool {
  const index = Mathf.floor(x * scale + 0.5);
  return index < -128 || index > 127;
}

/** Kind of a gate on the chip: a line between two entries of its table (step.ts knows the others). */
const INTERPOLATED: i32 = 3;

/** N6: value of a table of 257 f32 values on the line between two entries, for an x of the chip; scale = 2^index fraction. */
@inline function lineUp(table: usize, x: f32, scale: f32): f32 {
  const at = Mathf.max(-128, Mathf.min(128, x * scale));
  const k = Mathf.min(127, Mathf.floor(at));
  const entry = table + ((<usize>(<i32>k + 128)) << 2);
  const low = load<f32>(entry);
  return low + roundTo((load<f32>(entry, 4) - low) * (at - k), 32768);
}

/** True where the table has ended, and with it the gradient. */
@inline function hasEnded(x: f32, scale: f32): bool {
  return x * scale < -128 || x * scale > 127;
}

/** A pre-activation as the chip has it. */
@inline function preactivation(x: f32): f32 {
  return roundTo(x, 4096);
}

/** x rounded to a multiple of 1/scale, ties towards plus infinity. */
@inline export function roundTo(x: f32, scale: f32): f32 {
  return Mathf.floor(x * scale + 0.5) / scale;
}

// Gates: sigmoid and tanh, or (hard != 0) their piecewise-linear forms clamp(x / 4 + 1 / 2, 0, 1) and clamp(x, -1, 1).

@inline export function sigmoidGate4(x: v128, hard: i32): v128 {
  if (!hard) return sigmoid4(x);
  const line = f32x4.add(f32x4.mul(x, f32x4.splat(0.25)), f32x4.splat(0.5));
  return f32x4.max(f32x4.splat(0), f32x4.min(f32x4.splat(1), line));
}

@inline export function tanhGate4(x: v128, hard: i32): v128 {
  if (!hard) return tanh4(x);
  return f32x4.max(f32x4.splat(-1), f32x4.min(f32x4.splat(1), x));
}

/** Slope of a sigmoid gate at its output y. */
@inline export function sigmoidSlope4(y: v128, hard: i32): v128 {
  const one = f32x4.splat(1);
  if (!hard) return f32x4.mul(y, f32x4.sub(one, y));
  const inside = v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, one));
  return v128.and(inside, f32x4.splat(0.25));
}

/** Slope of a tanh gate at its output y. */
@inline export function tanhSlope4(y: v128, hard: i32): v128 {
  const one = f32x4.splat(1);
  if (!hard) return f32x4.sub(one, f32x4.mul(y, y));
  return v128.and(f32x4.lt(f32x4.abs(y), one), one);
}

// The same as the chip computes them (docs/numerics.md N5, N6): from a table, or from a pre-activation of 12 fraction bits.

@inline export function chipSigmoid(table: usize, x: f32, hard: i32): f32 {
  if (!hard) return lookUp(table, x, 16);
  if (hard == INTERPOLATED) return lineUp(table, preactivation(x), 16);
  return Mathf.max(0, Mathf.min(32767, hardSigmoidCode(x))) / 32768;
}

@inline export function chipTanh(table: usize, x: f32, hard: i32): f32 {
  if (!hard) return lookUp(table, x, 32);
  if (hard == INTERPOLATED) return lineUp(table, preactivation(x), 32);
  return Mathf.max(-32639, Mathf.min(32639, hardTanhCode(x))) / 32768;
}

/** tanh of a cell state, whose fraction bits are the chip's already. */
@inline export function chipTanhOfCell(table: usize, c: f32, hard: i32): f32 {
  return hard == INTERPOLATED ? lineUp(table, c, 32) : chipTanh(table, c, hard);
}

/** 0 where the chip's gate is cut off, and with it the gradient; else 1. */
@inline export function sigmoidMask(x: f32, hard: i32): f32 {
  if (!hard) return saturates(x, 16) ? 0 : 1;
  if (hard == INTERPOLATED) return hasEnded(preactivation(x), 16) ? 0 : 1;
  const code = hardSigmoidCode(x);
  return code < 0 || code > 32767 ? 0 : 1;
}

@inline export function tanhMask(x: f32, hard: i32): f32 {
  if (!hard) return saturates(x, 32) ? 0 : 1;
  if (hard == INTERPOLATED) return hasEnded(preactivation(x), 32) ? 0 : 1;
  return Mathf.abs(hardTanhCode(x)) > 32639 ? 0 : 1;
}

@inline function hardSigmoidCode(x: f32): f32 {
  return Mathf.floor(x * 4096 + 0.5) * 2 + 16384;
}

@inline function hardTanhCode(x: f32): f32 {
  return Mathf.floor(x * 4096 + 0.5) * 8;
}
