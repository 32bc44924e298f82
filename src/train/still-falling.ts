import type { Metric } from './checkpoint.js';

/** Part of the training that is compared with what was before it. */
const LAST = 0.2;
/** A fall counts from this share of the loss before, and of an untrained network's loss, which keeps out noise near zero. */
const MIN_FALL = 0.02;
const MIN_SHARE_OF_FIRST = 0.005;

/**
 * By which share the lowest validation loss still fell in the last fifth of a training: a sign that it ended too early.
 * 0 where it did not fall noticeably, or was measured too rarely to say.
 */
export function stillFalling(metrics: readonly Metric[], firstLoss: number): number {
  const end = metrics.at(-1)?.update ?? 0;
  const lowest = (part: readonly Metric[]): number => Math.min(...part.map(({ validation }) => validation.loss));
  const isLast = ({ update }: Metric): boolean => update > (1 - LAST) * end;
  const before = lowest(metrics.filter((metric) => !isLast(metric)));
  const fall = before - lowest(metrics.filter(isLast));
  return Number.isFinite(before) && fall >= MIN_FALL * before && fall >= MIN_SHARE_OF_FIRST * firstLoss
    ? fall / before
    : 0;
}
