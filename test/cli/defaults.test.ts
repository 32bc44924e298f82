import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.js';
import { TRAIN_OPTIONS } from '../../src/cli/train-options.js';
import { SOUND_DEFAULTS } from '../../src/data/chain-wish.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { checkTrainOptions } from '../../src/train/options.js';

const documentOf = (path: string): string => readFileSync(join(PACKAGE_ROOT, 'docs', path), 'utf8');
const trainer = checkTrainOptions({});

/** Defaults that follow from the data or from other options: their texts say from which. */
const FOLLOWING = new Set(['tables', 'rate', 'matrixRate', 'select', 'loss', 'evaluateEvery']);

/** A default as a help text has it. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  if (typeof value === 'number') return String(Number(value.toPrecision(3)));
  return String(value);
}

/** The default at the end of a description, `(0.05)`, up to an explanation: `(8; quantities at every step: 16)`, `(0: never)`. */
const quoted = (description: string): string | undefined => /\(([^();:]*)[^()]*\)$/.exec(description)?.[1];

describe('defaults that help texts quote are those of the trainer', () => {
  const plain = TRAIN_OPTIONS.filter(({ key, parse }) => {
    const value = trainer[key];
    return parse !== 'flag' && !FOLLOWING.has(key) && value !== undefined && typeof textless(value) !== 'object';
  });

  test.each(plain.map(({ flags, key, describe }) => [flags, key, describe] as const))('%s', (_, key, describe) => {
    expect(quoted(describe)).toBe(textOf(trainer[key]));
  });

  test('a flag is off', () => {
    for (const { flags, key, parse } of TRAIN_OPTIONS)
      if (parse === 'flag') expect([flags, trainer[key]]).toEqual([flags, false]);
  });

  test('of the methods of weights', () => {
    const { input, recurrent, dense } = trainer.weights;
    expect(input).toBe(recurrent);
    expect(quoted(TRAIN_OPTIONS.find(({ key }) => key === 'weights')!.describe)).toBe(`${input},dense=${dense}`);
  });
});

/** Lists are one value; records of settings are none. */
const textless = (value: unknown): unknown => (Array.isArray(value) ? value.join() : value);

describe('defaults of sound', () => {
  const options = program.commands.find((command) => command.name() === 'data')!.options;
  test.each(Object.entries(SOUND_DEFAULTS))('%s in the help text and in docs/data/wav.md', (name, value) => {
    const { description } = options.find(({ long }) => long === `--${name}`)!;
    expect(description).toContain(`(default ${value})`);
    expect(documentOf('data/wav.md')).toMatch(new RegExp(`^\\| \`--${name}\`[^|]* \\| ${value} \\|`, 'm'));
  });
});

test.each([
  ['methods.md', `--exponents low,high\`, default ${trainer.exponents.join(',')})`],
  ['training.md', '`--quantize-activations-from`, two thirds by default'],
])('docs/%s quotes a default: %s', (document, quote) => {
  expect(documentOf(document)).toContain(quote);
});
