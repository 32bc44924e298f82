import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FloatLayer, type FloatRecurrent, GATE_COUNTS, isRecurrent } from '../../src/importers/float-network.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { readNetwork } from '../../src/importers/index.js';
import { packagePath } from '../kernels/run-program.js';

// A reader that took gates, biases or layouts in another order than its format has them would still give a network. The
// fixtures of every format must see each of these mistakes: with it, the outputs differ from those of PyTorch.
const FIXTURES = packagePath('test/importers/fixtures');
const EXPECTED = '.expected.json';
const FILES = readdirSync(FIXTURES).filter((name) => /^(gru|lstm)\./.test(name) && !/expected|\.bin$/.test(name));

type Change = (layer: FloatRecurrent) => FloatRecurrent;

/** Blocks of the rows of two gates exchanged. */
function swapped(values: Float64Array, gates: number, a: number, b: number): Float64Array {
  const size = values.length / gates;
  const out = values.slice();
  out.set(values.subarray(b * size, (b + 1) * size), a * size);
  out.set(values.subarray(a * size, (a + 1) * size), b * size);
  return out;
}

/** Every square block of a matrix turned around its diagonal: a kernel of Keras that was not transposed. */
function turned(values: Float64Array, units: number): Float64Array {
  return values.map((_, k) => {
    const [row, col] = [Math.floor(k / units), k % units];
    const first = row - (row % units);
    return values[(first + col) * units + (row % units)]!;
  });
}

function mistakesOf(type: FloatRecurrent['type']): [name: string, change: Change][] {
  const gates = GATE_COUNTS[type];
  const pairs = Array.from({ length: gates }, (_, a) => Array.from({ length: a }, (_b, b) => [b, a] as const)).flat();
  const mistakes: [string, Change][] = [
    ['the recurrent matrix not transposed', (l) => ({ ...l, recurrent: turned(l.recurrent, l.units) })],
    ['no recurrent bias', (l) => ({ ...l, recurrentBias: new Float64Array(l.recurrentBias.length) })],
    ['no input bias', (l) => ({ ...l, inputBias: new Float64Array(l.inputBias.length) })],
  ];
  for (const [a, b] of pairs)
    mistakes.push([
      `gates ${a} and ${b} exchanged`,
      (l) => {
        const swap = (values: Float64Array): Float64Array => swapped(values, gates, a, b);
        const [inputBias, recurrentBias] = [swap(l.inputBias), swap(l.recurrentBias)];
        return { ...l, input: swap(l.input), recurrent: swap(l.recurrent), inputBias, recurrentBias };
      },
    ]);
  if (type === 'gru')
    mistakes.push(
      ['the reset before the product', (l) => ({ ...l, reset: 'before' })],
      ['both biases exchanged', (l) => ({ ...l, inputBias: l.recurrentBias, recurrentBias: l.inputBias })],
    );
  return mistakes;
}

test.each(FILES)('%s: every exchange of gates and biases changes what is computed', async (name) => {
  const { network } = await readNetwork(join(FIXTURES, name));
  const { x, y } = JSON.parse(readFileSync(join(FIXTURES, `${name.split('.')[0]}${EXPECTED}`), 'utf8'));
  const first = network.layers.find(isRecurrent)!;
  // a format with one bias gives the other one as zeros
  const told = ([what]: [string, Change]): boolean =>
    what !== 'no recurrent bias' || first.recurrentBias.some((value) => value !== 0);
  const mistakes = mistakesOf(first.type).filter(told);
  expect(mistakes.length).toBeGreaterThan(6);
  for (const [what, change] of mistakes) {
    const layers = network.layers.map((layer): FloatLayer => (layer === first ? change(first) : layer));
    const found = new FloatRun({ ...network, layers }).run(Float64Array.from(x)).at(-1)!;
    const difference = Math.max(...found.map((value, j) => Math.abs(value - y[j])));
    expect(difference, what).toBeGreaterThan(1e-4);
  }
});
