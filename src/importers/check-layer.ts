import type { Diagnostic } from '../diagnostics.js';
import { importValue } from './diagnostics.js';
import { arraysOf, type FloatLayer } from './float-network.js';
import { MAX_WEIGHTS } from './tensor.js';

/** What is wrong with the shapes and values of a layer behind one that gives `before` outputs (null: unknown), and behind these layers; null: nothing. */
export function problemOf(
  at: string,
  layer: FloatLayer,
  before: number | null,
  lengths: Readonly<Record<string, number>>,
  layers: readonly FloatLayer[],
): Diagnostic | null {
  if (before !== null && before !== layer.inputs)
    return importValue(at, `reads ${layer.inputs} values, the layer before it gives ${before}`);
  if (!(layer.units > 0 && layer.inputs > 0))
    return importValue(at, `has ${layer.inputs} inputs and ${layer.units} units`);
  const values = layer as unknown as Readonly<Record<string, Float64Array>>;
  for (const [field, length] of Object.entries(lengths))
    if (values[field]!.length !== length)
      return importValue(at, `has ${values[field]!.length} values of ${field}, ${length} are needed`);
  if ('window' in layer && !(layer.window * layer.inputs <= MAX_WEIGHTS))
    return importValue(at, `keeps ${layer.window} steps of ${layer.inputs} values`);
  const weights = [...layers, layer].flatMap(arraysOf).reduce((sum, array) => sum + array.length, 0);
  if (weights > MAX_WEIGHTS)
    return importValue(at, `the network has ${weights} weights up to here`, `rnnq reads at most ${MAX_WEIGHTS}`);
  const bad = arraysOf(layer).flatMap((array) => array.find((value) => !(Math.abs(value) < 1e30)) ?? []);
  return bad.length > 0 ? importValue(at, `a weight is ${bad[0]}`) : null;
}
