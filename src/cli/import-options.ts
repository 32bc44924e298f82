import { badOption, badValue, fail } from '../diagnostics.js';
import type { WeightFormats } from '../importers/quantize.js';
import type { ActivationBits, FormatName } from '../ir/model.js';
import { QUANTIZERS } from '../quantizers/index.js';
import { alternatives } from '../validate.js';

/** s8, or input=..,recurrent=..,dense=..; what is not named is s8. */
export function weightFormats(text: string): WeightFormats {
  const option = '--weights';
  const formats = Object.keys(QUANTIZERS);
  const checked = (name: string): FormatName =>
    formats.includes(name) ? (name as FormatName) : fail(badOption(option, name, alternatives(formats)));
  const chosen: Record<keyof WeightFormats, FormatName> = { input: 's8', recurrent: 's8', dense: 's8' };
  for (const part of text.split(',')) {
    const [kind, name, more] = part.split('=').map((word) => word.trim()) as [string, string?, string?];
    if (name === undefined) for (const key of Object.keys(chosen)) chosen[key as keyof WeightFormats] = checked(kind);
    else if (Object.hasOwn(chosen, kind) && more === undefined) chosen[kind as keyof WeightFormats] = checked(name);
    else fail(badValue(option, `has ${JSON.stringify(part)}; its parts are input=.., recurrent=.., dense=..`));
  }
  return chosen;
}

/** Numbers separated by commas. */
export function numberList(option: string, text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const list = text.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  return list.every((value) => Math.abs(value) <= 1e30)
    ? list
    : fail(badOption(option, text, 'numbers between commas'));
}

/** Two numbers, the second above the first. */
export function numberRange(option: string, text: string | undefined): readonly [number, number] | undefined {
  const [low, high, ...more] = numberList(option, text) ?? [];
  if (low === undefined) return undefined;
  if (high === undefined || more.length > 0 || !(high > low))
    return fail(badOption(option, text, 'two numbers, the second above the first'));
  return [low, high];
}

export function activationBits(text: string | undefined): ActivationBits | undefined {
  if (text === undefined) return undefined;
  return text === '8' || text === '16'
    ? (Number(text) as ActivationBits)
    : fail(badOption('--activation-bits', text, '8 or 16'));
}
