import { Argument, Option } from 'commander';
import { badOption, fail } from '../diagnostics.js';
import { alternatives } from '../validate.js';

// Values of options as the command line has them; each is refused in the same form as those of a configuration file.

/** Reads a whole number of an option. */
export const wholeNumber =
  (option: string, least: number, most: number) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    return fail(badOption(option, given(text), `a whole number from ${least} to ${most}`));
  };

/** Reads a number of an option. */
export const number =
  (option: string, least: number, most: number) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return value >= least && value <= most
      ? value
      : fail(badOption(option, given(text), `a number from ${least} to ${most}`));
  };

/** Reads a length of time, in seconds: 500ms, 2s, 1.5min, or 0. */
export const seconds =
  (option: string) =>
  (text: string): number => {
    const [, digits, unit = 's'] = /^(\d+\.?\d*|\.\d+) ?(ms|s|min)$|^0$/.exec(text.trim()) ?? [];
    const value = text.trim() === '0' ? 0 : Number(digits) * { ms: 1e-3, s: 1, min: 60 }[unit as 'ms' | 's' | 'min'];
    return value >= 0 && value <= 3600
      ? value
      : fail(badOption(option, given(text), 'a time up to an hour: 500ms, 2s, 1.5min'));
  };

/** Reads a rate, an hour: 0.5/h, 2/day. */
export const hourlyRate =
  (option: string) =>
  (text: string): number => {
    const [, digits, unit] = /^(\d+\.?\d*|\.\d+) ?\/ ?(h|day)$/.exec(text.trim()) ?? [];
    const value = Number(digits) / { h: 1, day: 24 }[(unit ?? 'h') as 'h' | 'day'];
    return value > 0 && value <= 1e6 ? value : fail(badOption(option, given(text), 'a rate: 0.5/h, 2/day'));
  };

/** A number is shown as one, anything else as a text. */
const given = (text: string): number | string =>
  text.trim() === '' || !Number.isFinite(Number(text)) ? text : Number(text);

/** An option that takes one of some words. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description).choices(values);
  return option.argParser((text) =>
    values.includes(text) ? text : fail(badOption(option.long!, text, alternatives(values))),
  );
}

/** An argument that takes one of some words. */
export function choiceArgument(name: string, description: string, values: readonly string[]): Argument {
  const argument = new Argument(name, description).choices(values);
  return argument.argParser((text) =>
    values.includes(text) ? text : fail({ ...badOption(name, text, alternatives(values)), usage: true }),
  );
}
