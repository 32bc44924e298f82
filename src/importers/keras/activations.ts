import type { Diagnostic } from '../../diagnostics.js';
import { importActivation, importCustom } from '../diagnostics.js';
import type { FloatActivation } from '../float-network.js';
import { isJson, jsonOf, textOf } from '../json.js';
import type { KerasWalk } from './walk.js';

export const ACTIVATIONS: ReadonlySet<string> = new Set(['linear', 'relu', 'tanh', 'sigmoid']);

export const noActivation = (at: string, name: string, where = ''): Diagnostic =>
  name === '' || name === 'custom'
    ? importCustom(at, 'its activation')
    : importActivation(at, name, where, 'train with tanh, sigmoid or relu');

/** A text, a function by name, or the configuration of an activation layer. */
export function functionName(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isJson(value)) return 'linear';
  if (value.class_name === 'function') return textOf(value.config);
  return textOf(jsonOf(value.config).activation, textOf(value.class_name, 'custom')).toLowerCase();
}

/** The activation of a configuration; a text where it is softmax or none that is known. */
export function activationOf(value: unknown, { hardSlope }: Pick<KerasWalk, 'hardSlope'>): FloatActivation | string {
  const name = functionName(value);
  return name === 'hard_sigmoid' ? { kind: 'hard-sigmoid', slope: hardSlope, offset: 0.5 } : name;
}
