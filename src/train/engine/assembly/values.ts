// Losses of real values and their gradients.

/** Forms of a loss of an error e: e^2, |e|, and Huber's with its bend at 1. */
const SQUARED: i32 = 0;
const ABSOLUTE: i32 = 1;

/**
 * Sum over m rows of `outputs` columns (row stride ld, of targets too) of weights[j] * scale * loss(y - target); a target
 * that is no number does not count. Replaces the outputs by the gradient. form: 0 squared, 1 absolute, 2 Huber.
 */
export function valueLoss(m: i32, outputs: i32, ld: i32, form: i32, y: usize, targets: usize, weights: usize, scale: f32): f64 {
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const row = (<usize>(i * ld)) << 2;
    for (let j = 0; j < ld; j++) {
      const at = row + ((<usize>j) << 2);
      const target = load<f32>(targets + at);
      if (j >= outputs || target != target) {
        store<f32>(y + at, 0);
        continue;
      }
      const e = load<f32>(y + at) - target;
      const weight = scale * load<f32>(weights + ((<usize>j) << 2));
      const size = Mathf.abs(e);
      let value: f64 = <f64>e * <f64>e;
      let slope: f32 = 2 * e;
      if (form == ABSOLUTE || (form != SQUARED && size > 1)) {
        value = form == ABSOLUTE ? <f64>size : <f64>size - 0.5;
        slope = e > 0 ? 1 : e < 0 ? -1 : 0;
      } else if (form != SQUARED) {
        value *= 0.5;
        slope = e;
      }
      loss += <f64>weight * value;
      store<f32>(y + at, weight * slope);
    }
  }
  return loss;
}

/** targets = (1 - share) targets + share teacher: a teacher's outputs blended in; what is no number stays so. */
export function blendTargets(n: i32, targets: usize, teacher: usize, share: f32): void {
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 2;
    const target = load<f32>(targets + at);
    store<f32>(targets + at, target + share * (load<f32>(teacher + at) - target));
  }
}

/**
 * Binary cross-entropy of logits y with targets in 0..1, laid out as in valueLoss; the part of a target that is positive
 * is weighted by weights[j]. Replaces the outputs by the gradient.
 */
export function binaryCrossEntropy(m: i32, outputs: i32, ld: i32, y: usize, targets: usize, weights: usize, scale: f32): f64 {
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const row = (<usize>(i * ld)) << 2;
    for (let j = 0; j < ld; j++) {
      const at = row + ((<usize>j) << 2);
      const target = load<f32>(targets + at);
      if (j >= outputs || target != target) {
        store<f32>(y + at, 0);
        continue;
      }
      const logit = <f64>load<f32>(y + at);
      const weight = <f64>load<f32>(weights + ((<usize>j) << 2));
      const positive = weight * <f64>target;
      const negative = 1 - <f64>target;
      // log(1 + e^-|x|), and the probability of yes
      const tail = Math.exp(-Math.abs(logit));
      const rest = Math.log1p(tail);
      const yes = logit >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
      loss += <f64>scale * (positive * (Math.max(-logit, 0) + rest) + negative * (Math.max(logit, 0) + rest));
      store<f32>(y + at, scale * <f32>(negative * yes - positive * (1 - yes)));
    }
  }
  return loss;
}

/** Logits become probabilities of yes. */
export function probabilities(n: i32, logits: usize): void {
  for (let i = 0; i < n; i++) {
    const at = logits + ((<usize>i) << 2);
    store<f32>(at, <f32>(1 / (1 + Math.exp(-(<f64>load<f32>(at))))));
  }
}
