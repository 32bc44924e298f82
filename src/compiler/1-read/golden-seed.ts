import { fnv1a } from '../../fixed/hash.js';
import type { Model } from '../../ir/model.js';
import { writeLayer } from './write-model.js';

/**
 * Seed of the golden sequences that are derived from a model: FNV-1a 32 of everything that decides its integers, and of
 * nothing else. Names, labels, training facts, the scaling of real values and the version of model.json leave it alone.
 * A field that the model does not have adds nothing: an optional field added later keeps the goldens of old models.
 */
export function goldenSeed({
  name: _,
  task,
  labels,
  outputs,
  thresholds,
  goldenInput,
  training,
  ...computes
}: Model): number {
  const { offset, scale, features, channels, rate, reading, ...input } = computes.input;
  const layers = computes.layers.map((layer) => {
    const { name, ...fields } = writeLayer(layer);
    return fields;
  });
  return fnv1a(new TextEncoder().encode(JSON.stringify({ ...computes, input, layers }, canonical)));
}

/** Keys in alphabetical order; without the real scales of a matrix, which are the float network's. */
function canonical(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'realScale');
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
