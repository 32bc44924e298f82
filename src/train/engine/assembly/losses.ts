// Losses and their gradients. Row strides are multiples of 4.
import { exp4 } from './functions';
import { fill } from './vectors';

/**
 * Softmax cross-entropy over the first `classes` columns of logits (m rows, row stride ld), each row weighted by
 * weights[label] * scale; a label below 0 does not count. Replaces the logits by the gradient; writes the number of correct
 * answers (lowest index of the maximum) to `correct`; returns the weighted sum.
 */
export function softmaxCrossEntropy(m: i32, classes: i32, ld: i32, logits: usize, labels: usize, weights: usize, scale: f32, correct: usize): f64 {
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
    const target = load<f32>(row + ((<usize>label) << 2)) - most;
    const sum = exponentials(classes, ld, row, most, 1, row);
    const factor = weight / sum;
    for (let j = 0; j < classes; j++) {
      const p = row + ((<usize>j) << 2);
      store<f32>(p, load<f32>(p) * factor - (j == label ? weight : 0));
    }
    for (let j = classes; j < ld; j++) store<f32>(row + ((<usize>j) << 2), 0);
    loss += <f64>weight * (Math.log(<f64>sum) - <f64>target);
  }
  store<i32>(correct, hits);
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
