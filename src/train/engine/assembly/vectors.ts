// Sums, losses and the optimizer. Lengths are multiples of 4.
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

export function sumOfSquares(n: i32, a: usize): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const v = <f64>load<f32>(a + ((<usize>i) << 2));
    sum += v * v;
  }
  return sum;
}

/**
 * Softmax cross-entropy over the first `classes` columns of logits (m rows, row stride ld). Replaces the logits by the
 * gradient of scale * loss; writes the number of right answers (lowest index of the maximum) to `right`; returns the sum.
 */
export function softmaxCrossEntropy(m: i32, classes: i32, ld: i32, logits: usize, labels: usize, scale: f32, right: usize): f64 {
  let loss: f64 = 0;
  let hits = 0;
  for (let i = 0; i < m; i++) {
    const row = logits + ((<usize>(i * ld)) << 2);
    let best = 0;
    let most = load<f32>(row);
    for (let j = 1; j < classes; j++) {
      const v = load<f32>(row + ((<usize>j) << 2));
      if (v > most) {
        most = v;
        best = j;
      }
    }
    const label = load<i32>(labels + ((<usize>i) << 2));
    if (best == label) hits++;
    const wanted = load<f32>(row + ((<usize>label) << 2)) - most;
    const peak = f32x4.splat(most);
    for (let j = 0; j < ld; j += 4) {
      const p = row + ((<usize>j) << 2);
      v128.store(p, exp4(f32x4.sub(v128.load(p), peak)));
    }
    let sum: f32 = 0;
    for (let j = 0; j < classes; j++) sum += load<f32>(row + ((<usize>j) << 2));
    const factor = scale / sum;
    for (let j = 0; j < classes; j++) {
      const p = row + ((<usize>j) << 2);
      store<f32>(p, load<f32>(p) * factor - (j == label ? scale : 0));
    }
    for (let j = classes; j < ld; j++) store<f32>(row + ((<usize>j) << 2), 0);
    loss += Math.log(<f64>sum) - <f64>wanted;
  }
  store<i32>(right, hits);
  return loss;
}

/** Adam (Kingma & Ba 2015); the caller folds the bias corrections into rate and epsilon. */
export function adam(n: i32, w: usize, g: usize, m: usize, v: usize, rate: f32, beta1: f32, beta2: f32, epsilon: f32): void {
  const end = w + ((<usize>n) << 2);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(1 - beta1);
  const c2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate);
  const e = f32x4.splat(epsilon);
  while (w < end) {
    const grad = v128.load(g);
    const mean = f32x4.add(f32x4.mul(b1, v128.load(m)), f32x4.mul(c1, grad));
    const square = f32x4.add(f32x4.mul(b2, v128.load(v)), f32x4.mul(c2, f32x4.mul(grad, grad)));
    v128.store(m, mean);
    v128.store(v, square);
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(step, mean), f32x4.add(f32x4.sqrt(square), e))));
    w += 16; g += 16; m += 16; v += 16;
  }
}
