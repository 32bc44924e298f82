// Layers that look at their last inputs (docs/numerics.md N15). Output t of `steps` reads the inputs t stride - skipped and the
// window - 1 behind it; those in front of the first one are zeros. Rows are time-major: [steps][batch][n], row stride ld.

/** out: for each output a row of all its inputs, the oldest first, window x n of outLd values. */
export function gatherWindows(steps: i32, batch: i32, n: i32, ld: i32, window: i32, skipped: i32, stride: i32, x: usize, outLd: i32, out: usize): void {
  const bytes = (<usize>n) << 2;
  for (let t = 0; t < steps; t++)
    for (let k = 0; k < window; k++) {
      const from = t * stride - skipped + k;
      for (let b = 0; b < batch; b++) {
        const to = out + ((<usize>((t * batch + b) * outLd + k * n)) << 2);
        if (from < 0) memory.fill(to, 0, bytes);
        else memory.copy(to, x + ((<usize>((from * batch + b) * ld)) << 2), bytes);
      }
    }
}

/** dx += the gradients of those rows, each where it was read. */
export function scatterWindows(steps: i32, batch: i32, n: i32, ld: i32, window: i32, skipped: i32, stride: i32, d: usize, dLd: i32, dx: usize): void {
  for (let t = 0; t < steps; t++)
    for (let k = 0; k < window; k++) {
      const from = t * stride - skipped + k;
      if (from < 0) continue;
      for (let b = 0; b < batch; b++) {
        let source = d + ((<usize>((t * batch + b) * dLd + k * n)) << 2);
        let to = dx + ((<usize>((from * batch + b) * ld)) << 2);
        const end = to + ((<usize>n) << 2);
        for (; to < end; to += 4, source += 4) store<f32>(to, load<f32>(to) + load<f32>(source));
      }
    }
}

/** The largest input, and `which` of the window it is, the first of equal ones; n is a multiple of 4 and the row stride. */
export function maxForward(steps: i32, batch: i32, n: i32, window: i32, skipped: i32, stride: i32, x: usize, out: usize, which: usize): void {
  const row = (<usize>(batch * n)) << 2;
  for (let t = 0; t < steps; t++) {
    const first = t * stride - skipped;
    for (let at: usize = 0; at < row; at += 16) {
      let most = first < 0 ? f32x4.splat(0) : v128.load(x + <usize>first * row + at);
      let chosen = i32x4.splat(0);
      for (let k = 1; k < window; k++) {
        const value = first + k < 0 ? f32x4.splat(0) : v128.load(x + <usize>(first + k) * row + at);
        const larger = f32x4.gt(value, most);
        most = v128.bitselect(value, most, larger);
        chosen = v128.bitselect(i32x4.splat(k), chosen, larger);
      }
      v128.store(out + at, most);
      v128.store(which + at, chosen);
    }
    out += row;
    which += row;
  }
}

/** dx += the gradient of each largest input. */
export function maxBackward(steps: i32, batch: i32, n: i32, skipped: i32, stride: i32, d: usize, which: usize, dx: usize): void {
  const row = (<usize>(batch * n)) << 2;
  for (let t = 0; t < steps; t++) {
    const first = t * stride - skipped;
    for (let at: usize = 0; at < row; at += 4) {
      const from = first + load<i32>(which + at);
      if (from < 0) continue;
      const to = dx + <usize>from * row + at;
      store<f32>(to, load<f32>(to) + load<f32>(d + at));
    }
    d += row;
    which += row;
  }
}

/**
 * The mean of the inputs; n as above. scale: 0, or 2^fraction of the chip's codes, whose sum is multiplied by m / 2^(pre + bits)
 * with both roundings (N2).
 */
export function meanForward(steps: i32, batch: i32, n: i32, window: i32, skipped: i32, stride: i32, x: usize, out: usize, scale: f32, pre: i32, m: i32, bits: i32): void {
  const row = (<usize>(batch * n)) << 2;
  const share: f32 = 1 / <f32>window;
  for (let t = 0; t < steps; t++) {
    const first = t * stride - skipped;
    for (let at: usize = 0; at < row; at += 4) {
      let sum: f32 = 0;
      for (let k = first < 0 ? -first : 0; k < window; k++) sum += load<f32>(x + <usize>(first + k) * row + at);
      if (scale == 0) store<f32>(out + at, sum * share);
      else {
        const code = roundShift(roundShift(<i64>(sum * scale), pre) * m, bits);
        store<f32>(out + at, <f32>code / scale);
      }
    }
    out += row;
  }
}

/** N1 */
@inline function roundShift(a: i64, n: i32): i64 {
  return n == 0 ? a : (a + (<i64>1 << (n - 1))) >> n;
}

/** dx += the gradient of each mean over the window. */
export function meanBackward(steps: i32, batch: i32, n: i32, window: i32, skipped: i32, stride: i32, d: usize, dx: usize): void {
  const row = (<usize>(batch * n)) << 2;
  const share = f32x4.splat(1 / <f32>window);
  for (let t = 0; t < steps; t++) {
    const first = t * stride - skipped;
    for (let k = first < 0 ? -first : 0; k < window; k++) {
      const to = dx + <usize>(first + k) * row;
      for (let at: usize = 0; at < row; at += 16)
        v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(v128.load(d + at), share)));
    }
    d += row;
  }
}
