import type { Metric } from './checkpoint.js';

/** Curves of a training: bits per step where every step has a class, else loss in nats. */
export function curvesOf(metrics: readonly Metric[], everyStep: boolean) {
  const unit = everyStep ? Math.LN2 : 1;
  const x = metrics.map(({ update }) => update);
  const y = (value: (metric: Metric) => number | null) => metrics.map((m) => (value(m) ?? Number.NaN) / unit);
  return {
    quantity: everyStep ? 'bits per step' : 'loss, nats',
    curves: [
      { label: 'training', x, y: y((m) => m.loss) },
      { label: 'validation', x, y: y((m) => m.validationLoss) },
    ],
  };
}
