// Sums, one-hot products, scaleShift inputs, dropout and losses. Lengths are multiples of 4.
import { exp4 } from './functions';

export function fill(n: i32, a: usize, value: f32): void {
  const end = a + ((<usize>n) << 2);
  const v = f32x4.splat(value);
  while (a < end) {
    v128.store(a, v);
    a += 16;
  }
}

/** a += b */
export function addInto(n: i32, a: usize, b: usize): void {
  const end = a + ((<usize>n) << 2);
  while (a < end) {
    v128.store(a, f32x4.add(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
}

/** out_j = sum over rows of a (m x n). */
export function columnSums(m: i32, n: i32, a: usize, out: usize): void {
  const row = (<usize>n) << 2;
  for (let j: usize = 0; j < row; j += 16) {
    let sum = f32x4.splat(0);
    let p = a + j;
    for (let i = 0; i < m; i++) {
      sum = f32x4.add(sum, v128.load(p));
      p += row;
    }
    v128.store(out + j, sum);
  }
}

/** sums_j += column sums of a (m x n), squares_j += of their squares; f64. */
export function columnMoments(m: i32, n: i32, a: usize, sums: usize, squares: usize): void {
  for (let j = 0; j < n; j++) {
    let sum: f64 = 0;
    let square: f64 = 0;
    let p = a + ((<usize>j) << 2);
    for (let i = 0; i < m; i++) {
      const v = <f64>load<f32>(p);
      sum += v;
      square += v * v;
      p += (<usize>n) << 2;
    }
    const at = (<usize>j) << 3;
    store<f64>(sums + at, load<f64>(sums + at) + sum);
    store<f64>(squares + at, load<f64>(squares + at) + square);
  }
}

/** Largest |a|. */
export function largest(n: i32, a: usize): f32 {
  const end = a + ((<usize>n) << 2);
  let most = f32x4.splat(0);
  while (a < end) {
    most = f32x4.max(most, f32x4.abs(v128.load(a)));
    a += 16;
  }
  return Mathf.max(
    Mathf.max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    Mathf.max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Rows of a one-hot product: out_i = bias + table[symbols_i] (n wide); a symbol outside 0..size-1 adds nothing. */
export function gatherRows(m: i32, n: i32, size: i32, symbols: usize, table: usize, bias: usize, out: usize): void {
  const row = (<usize>n) << 2;
  for (let i = 0; i < m; i++) {
    const symbol = load<i32>(symbols + ((<usize>i) << 2));
    const known = symbol >= 0 && symbol < size;
    const source = table + <usize>symbol * row;
    for (let j: usize = 0; j < row; j += 16) {
      const b = v128.load(bias + j);
      v128.store(out + j, known ? f32x4.add(b, v128.load(source + j)) : b);
    }
    out += row;
  }
}

/** The gradient of gatherRows: table[symbols_i] += d_i. */
export function scatterRows(m: i32, n: i32, size: i32, symbols: usize, d: usize, table: usize): void {
  const row = (<usize>n) << 2;
  for (let i = 0; i < m; i++) {
    const symbol = load<i32>(symbols + ((<usize>i) << 2));
    if (symbol >= 0 && symbol < size) addInto(n, table + <usize>symbol * row, d);
    d += row;
  }
}

/** u = x * scale + shift, row by row (m x n). chip > 0: rounded to multiples of 1/chip, clamped to +-most of them. */
export function scaleShiftForward(m: i32, n: i32, x: usize, scale: usize, shift: usize, chip: f32, most: f32, u: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < (<usize>n) << 2; j += 4) {
      let v = load<f32>(x + j) * load<f32>(scale + j) + load<f32>(shift + j);
      if (chip > 0) v = Mathf.max(-most, Mathf.min(most, Mathf.floor(v * chip + 0.5))) / chip;
      store<f32>(u + j, v);
    }
    x += (<usize>n) << 2; u += (<usize>n) << 2;
  }
}

/** du becomes the gradient of x in place; dScale and dShift are sums over the rows. chip, most: as in scaleShiftForward. */
export function scaleShiftBackward(m: i32, n: i32, x: usize, scale: usize, shift: usize, chip: f32, most: f32, du: usize, dScale: usize, dShift: usize): void {
  fill(n, dScale, 0);
  fill(n, dShift, 0);
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < (<usize>n) << 2; j += 4) {
      const v = load<f32>(x + j);
      const s = load<f32>(scale + j);
      const cut = chip > 0 && Mathf.abs(Mathf.floor((v * s + load<f32>(shift + j)) * chip + 0.5)) > most;
      const d: f32 = cut ? 0 : load<f32>(du + j);
      store<f32>(dScale + j, load<f32>(dScale + j) + d * v);
      store<f32>(dShift + j, load<f32>(dShift + j) + d);
      store<f32>(du + j, d * s);
    }
    x += (<usize>n) << 2; du += (<usize>n) << 2;
  }
}

/** Inverted dropout of one row: out_j = a_j / (1 - rate) or 0, drawn by a hash of (seed, j) (Murmur3's finalizer). */
export function dropOut(n: i32, seed: i32, rate: f32, a: usize, out: usize): void {
  const threshold = <u32>(<f64>rate * 4294967296.0);
  const gain: f32 = 1 / (1 - rate);
  for (let j = 0; j < n; j++) {
    let x: u32 = <u32>seed + <u32>j * <u32>0x9e3779b9;
    x = (x ^ (x >> 16)) * <u32>0x85ebca6b;
    x = (x ^ (x >> 13)) * <u32>0xc2b2ae35;
    x ^= x >> 16;
    const at = (<usize>j) << 2;
    store<f32>(out + at, x < threshold ? 0 : load<f32>(a + at) * gain);
  }
}

/**
 * Softmax cross-entropy over the first `classes` columns of logits (m rows, row stride ld), each row weighted by
 * weights[label] * scale; a label below 0 does not count. Replaces the logits by the gradient; writes the number of right
 * answers (lowest index of the maximum) to `right`; returns the weighted sum.
 */
export function softmaxCrossEntropy(m: i32, classes: i32, ld: i32, logits: usize, labels: usize, weights: usize, scale: f32, right: usize): f64 {
  let loss: f64 = 0;
  let hits = 0;
  for (let i = 0; i < m; i++) {
    const row = logits + ((<usize>(i * ld)) << 2);
    const label = load<i32>(labels + ((<usize>i) << 2));
    if (label < 0) {
      fill(ld, row, 0);
      continue;
    }
    const weight = scale * load<f32>(weights + ((<usize>label) << 2));
    let best = 0;
    let most = load<f32>(row);
    for (let j = 1; j < classes; j++) {
      const v = load<f32>(row + ((<usize>j) << 2));
      if (v > most) {
        most = v;
        best = j;
      }
    }
    if (best == label) hits++;
    const wanted = load<f32>(row + ((<usize>label) << 2)) - most;
    const sum = exponentials(classes, ld, row, most, 1, row);
    const factor = weight / sum;
    for (let j = 0; j < classes; j++) {
      const p = row + ((<usize>j) << 2);
      store<f32>(p, load<f32>(p) * factor - (j == label ? weight : 0));
    }
    for (let j = classes; j < ld; j++) store<f32>(row + ((<usize>j) << 2), 0);
    loss += <f64>weight * (Math.log(<f64>sum) - <f64>wanted);
  }
  store<i32>(right, hits);
  return loss;
}

/** out_j = exp((row_j - most) * gain); returns the sum over the classes. */
// @ts-ignore: decorator
@inline function exponentials(classes: i32, ld: i32, row: usize, most: f32, gain: f32, out: usize): f32 {
  const peak = f32x4.splat(most);
  const factor = f32x4.splat(gain);
  for (let j: usize = 0; j < (<usize>ld) << 2; j += 16)
    v128.store(out + j, exp4(f32x4.mul(f32x4.sub(v128.load(row + j), peak), factor)));
  let sum: f32 = 0;
  for (let j = 0; j < classes; j++) sum += load<f32>(out + ((<usize>j) << 2));
  return sum;
}

/**
 * Distillation (Hinton et al. 2015): T^2 KL(teacher || student), softmaxes at temperature T, rows weighted as in
 * softmaxCrossEntropy. Adds the gradient to `gradient`; `teacher` is overwritten; `room`: ld floats; returns the weighted sum.
 */
export function distillation(m: i32, classes: i32, ld: i32, logits: usize, teacher: usize, labels: usize, weights: usize, scale: f32, temperature: f32, room: usize, gradient: usize): f64 {
  let loss: f64 = 0;
  const gain: f32 = 1 / temperature;
  for (let i = 0; i < m; i++) {
    const offset = (<usize>(i * ld)) << 2;
    const label = load<i32>(labels + ((<usize>i) << 2));
    if (label < 0) continue;
    const weight = scale * load<f32>(weights + ((<usize>label) << 2));
    const own = logits + offset;
    const other = teacher + offset;
    const mostOwn = maximum(classes, own);
    const mostOther = maximum(classes, other);
    const sumOwn = exponentials(classes, ld, own, mostOwn, gain, room);
    let product: f64 = 0;
    let total: f64 = 0;
    for (let j = 0; j < classes; j++) {
      const at = (<usize>j) << 2;
      const z = (load<f32>(other + at) - mostOther) * gain;
      const e = Math.exp(<f64>z);
      total += e;
      product += e * (<f64>z - <f64>((load<f32>(own + at) - mostOwn) * gain));
      store<f32>(other + at, <f32>e);
    }
    for (let j = 0; j < classes; j++) {
      const at = (<usize>j) << 2;
      const difference = load<f32>(room + at) / sumOwn - <f32>(<f64>load<f32>(other + at) / total);
      const p = gradient + offset + at;
      store<f32>(p, load<f32>(p) + weight * temperature * difference);
    }
    const divergence = product / total - Math.log(total) + Math.log(<f64>sumOwn);
    loss += <f64>weight * <f64>temperature * <f64>temperature * divergence;
  }
  return loss;
}

// @ts-ignore: decorator
@inline function maximum(n: i32, a: usize): f32 {
  let most = load<f32>(a);
  for (let j = 1; j < n; j++) most = Mathf.max(most, load<f32>(a + ((<usize>j) << 2)));
  return most;
}
