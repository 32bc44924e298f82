import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset.js';
import { VERSION } from '../version.js';
import { readCheckpoint } from './checkpoint.js';
import type { CheckedTrainOptions } from './options.js';
import { hashOfData } from './run-hash.js';
import { windowedText } from './windowed/windowed.js';

/** config.json of a run folder; `options` are checked by the trainer's own rules. */
export const configSchema = z.object(
  {
    rnnq: z.string('a text'),
    node: z.string('a text'),
    data: z.string('a text'),
    /** Hash of the data's codes and classes: a resumed run must see the same. */
    dataHash: z.string('a text'),
    options: z.unknown(),
  },
  'an object',
);

export type Config = Omit<z.infer<typeof configSchema>, 'options'> & { readonly options: CheckedTrainOptions };
/** As it was read; the hash is that of its text, so that another version's defaults leave it as it is. */
export type ReadConfig = Config & { readonly hash: string };

export const configOf = (options: CheckedTrainOptions, data: Dataset): Config => ({
  rnnq: VERSION,
  node: process.version,
  data: data.name,
  dataHash: hashOfData(data),
  options,
});

/** Options that decide the weights of a run; the name of the model changes none. */
export type OptionKey = Exclude<keyof CheckedTrainOptions, 'name'>;

/** What differs between the options of two runs, in words; empty where nothing does. `open`: options that may differ. */
export function optionDifferences(
  before: CheckedTrainOptions,
  now: CheckedTrainOptions,
  open: readonly OptionKey[] = [],
): string {
  const keys = Object.keys({ ...before, ...now }) as (keyof CheckedTrainOptions)[];
  return keys
    .filter((key) => key !== 'name' && !open.includes(key))
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
    .map((key) => `${key} was ${optionText(key, before[key])}, is ${optionText(key, now[key])}`)
    .join('; ');
}

/** The value of an option as complaints show it: convolutions as the command line has them, other values as a configuration file has them. */
export function optionText(key: keyof CheckedTrainOptions, value: unknown): string {
  if (value === undefined) return 'not given';
  if (key !== 'conv') return JSON.stringify(value);
  return windowedText(value as CheckedTrainOptions['conv']) || 'none';
}

/** Whether a checkpoint or a configuration of a run says by its contents that rnnq wrote it. */
export function isFormerRun(checkpoint: string, config: string, readText: (path: string) => string): boolean {
  try {
    if (existsSync(checkpoint)) return readCheckpoint(readText(checkpoint)).checkpoint !== null;
    const { rnnq, dataHash, options } = JSON.parse(readText(config)) as Partial<Config>;
    return typeof rnnq === 'string' && typeof dataHash === 'string' && typeof options === 'object';
  } catch {
    return false;
  }
}
