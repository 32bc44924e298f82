import type { Dataset, Split } from '../../data/dataset.js';
import { badOption, fail } from '../../diagnostics.js';
import { stepLength } from '../../ir/model.js';
import { isEveryStep, outputRate } from '../../ir/rate.js';
import { convTooShort } from '../diagnostics.js';
import type { WindowedShape } from '../engine/layout.js';

/**
 * Refuses data that such layers cannot learn from: symbols, which have no windows; targets of steps without an output; streams that
 * are learned in pieces, which carry the states of recurrent layers alone; sequences that end before the first output.
 */
export function checkWindowed(layers: readonly WindowedShape[], data: Dataset): void {
  if (layers.length === 0) return;
  const refuse = (why: string): never => fail(badOption('conv', layers.map(({ type }) => type).join(', '), why));
  if (data.input.encoding === 'one-hot') refuse('possible: the input is symbols, a convolution needs values');
  const rate = outputRate(layers);
  if (data.task.everyStep && !isEveryStep(rate))
    refuse(
      `possible: the task ${data.task.name} has targets at every step (as with --stream), the first output comes with step ${rate.first}, then every ${rate.stride}; use causal convolutions of stride 1 and no pools`,
    );
  if (data.stream) refuse('possible: recordings of this length are learned in pieces; --window cuts them');
  for (const part of ['train', 'validation', 'test'] as const) refuseShort(data, part, data[part], rate.first);
}

function refuseShort({ name, input }: Dataset, part: string, { sequences, names }: Split, first: number): void {
  const lengths = sequences.map((codes) => codes.length / stepLength(input));
  const short = lengths.filter((length) => length < first).length;
  if (short === 0) return;
  const shortest = Math.min(...lengths);
  const example = names?.[lengths.indexOf(shortest)] ?? '';
  fail(
    convTooShort(example === '' ? name : `${name}: ${example}`, part, { short, all: lengths.length, shortest, first }),
  );
}
