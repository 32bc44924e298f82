import { z } from 'zod';
import { show } from './diagnostics.js';

// Values that come from outside: what is expected of each is said in one phrase that follows "is not" in a message. The
// phrases of the validator's own reach nobody.

/** 1e-30, 0.5, 2147483647: a bound as a person writes it. */
const bound = (value: number): string => String(value);

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number) {
  const expected = `a whole number from ${bound(least)} to ${bound(most)}`;
  return z.int(expected).min(least, expected).max(most, expected);
}

/** A number from `least` to `most`. */
export function real(least: number, most: number) {
  const expected = `a number from ${bound(least)} to ${bound(most)}`;
  return z.number(expected).min(least, expected).max(most, expected);
}

/** A number above 0, `most` at most. */
export function positive(most = Number.MAX_VALUE) {
  const expected = most === Number.MAX_VALUE ? 'a number above 0' : `a number above 0, ${bound(most)} at most`;
  return z.number(expected).positive(expected).max(most, expected);
}

/** `a or b`, `one of a, b, c` */
export const alternatives = (values: readonly (string | number)[]): string =>
  values.length > 2 ? `one of ${values.join(', ')}` : values.join(' or ');

/** One of some texts. */
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, alternatives(values));

/** One of some numbers. */
export const oneOfNumbers = <const T extends readonly [number, ...number[]]>(values: T) =>
  z.literal([...values], alternatives(values));

export const flag = () => z.boolean('true or false');

/** A text of at most so many characters. */
export function text(most: number) {
  const expected = `a text of at most ${most} characters`;
  return z.string(expected).max(most, expected);
}

/** A list of `least` to `most` values. */
export function list<T extends z.ZodType>(item: T, least = 0, most = Number.POSITIVE_INFINITY) {
  const own =
    most < Number.POSITIVE_INFINITY ? ` of ${least} to ${most} values` : least > 0 ? ` of ${least} values or more` : '';
  const expected = `a list${own}`;
  const values = z.array(item, expected).min(least, expected);
  return most < Number.POSITIVE_INFINITY ? values.max(most, expected) : values; // a JSON schema has no infinite bound
}

/** An object with these keys and no others. */
export const object = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, 'an object');

/** One of several objects, whose `key` says which. */
export const variants = <T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  key: string,
  names: readonly string[],
  options: T,
) =>
  z.discriminatedUnion(key, options, {
    error: ({ code }) => ((code as string) === 'invalid_type' ? 'an object' : alternatives(names)),
  });

/** What is wrong with one value: where it is, and the rest of a sentence that begins with its name. */
export interface Complaint {
  readonly path: readonly PropertyKey[];
  /** `3.5 is not a whole number from 1 to 4096`, `is missing; expected a list`, `is not known here` */
  readonly message: string;
}

/** Every complaint of a validation about `given`, in plain words. */
export function complaints(error: z.ZodError, given: unknown): Complaint[] {
  const all = error.issues.flatMap((issue): Complaint[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known here' }));
    const value = valueAt(given, issue.path);
    if (value === undefined) return [{ path: issue.path, message: `is missing; expected ${issue.message}` }];
    return [{ path: issue.path, message: `${show(value)} is not ${issue.message}` }];
  });
  // a value that breaks two bounds is said once
  const seen = new Set<string>();
  return all.filter((complaint) => !seen.has(JSON.stringify(complaint)) && seen.add(JSON.stringify(complaint)));
}

/** A complaint as one sentence, with the path of its value. */
export const sentence = ({ path, message }: Complaint): string =>
  path.length === 0
    ? `it ${message.replace(/^is missing/, 'is empty')}`.replace(/^it (?!is )/, '')
    : `${path.map(String).join('.')}: ${message}`;

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key], given);
