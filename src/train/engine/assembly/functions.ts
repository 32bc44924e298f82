// exp, sigmoid, tanh for four lanes (Cephes expf: argument reduction by ln 2, degree-5 polynomial), and the deployed tables.

// @ts-ignore: decorator
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

// @ts-ignore: decorator
@inline export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.sub(f32x4.div(f32x4.splat(2), f32x4.add(one, exp4(f32x4.mul(x, f32x4.splat(-2))))), one);
}

/** N5, N6: entry of a table of 256 f32 values for pre-activation x; scale = 2^index fraction. */
// @ts-ignore: decorator
@inline export function lookUp(table: usize, x: f32, scale: f32): f32 {
  const index = Mathf.max(-128, Mathf.min(127, Mathf.floor(x * scale + 0.5)));
  return load<f32>(table + ((<usize>(<i32>index + 128)) << 2));
}

/** True where lookUp's index is cut off, and with it the gradient. */
// @ts-ignore: decorator
@inline export function saturates(x: f32, scale: f32): bool {
  const index = Mathf.floor(x * scale + 0.5);
  return index < -128 || index > 127;
}

/** x rounded to a multiple of 1/scale, ties towards plus infinity. */
// @ts-ignore: decorator
@inline export function roundTo(x: f32, scale: f32): f32 {
  return Mathf.floor(x * scale + 0.5) / scale;
}
