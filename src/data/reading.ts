import { createHash } from 'node:crypto';
import type { InputScaling, Reading, ReadingValue } from '../ir/model.js';
import type { DataOption, DataOptions } from './options.js';
import type { Recordings } from './recording.js';

// How data were read is kept in model.json, so that other data are read alike without being told.

/** Options that make recordings out of files: those that other data need again. */
const REMEMBERED: readonly DataOption[] = [
  ...(['features', 'targets', 'sequence', 'label', 'group', 'time', 'samplingRate', 'wide'] as const),
  ...(['window', 'stride', 'windowLabel', 'classes', 'others', 'split'] as const),
  ...(['labelsAt', 'labelPattern', 'groupPattern', 'channel', 'resample', 'trimLines', 'normal'] as const),
];

/** What is remembered of a training: features by their names, even where the user did not name them. */
export function readingOf(kind: string, options: DataOptions, recordings: Recordings): Reading {
  const { channels, columns = channels?.map(({ name }) => name) } = recordings;
  const kept: Record<string, ReadingValue> = {};
  for (const key of REMEMBERED) {
    const value = options[key];
    if (value !== undefined) kept[key] = value as ReadingValue;
  }
  if (columns !== undefined) kept.features = [...columns];
  return { kind, options: kept, data: contentHash(recordings) };
}

/** A hash of the values of recordings: whether other data are those of the training. */
export function contentHash({ list }: Recordings): string {
  const hash = createHash('sha256');
  for (const { values } of list) hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The options of a reading that a kind takes, under those that are given now, and what differs.
 * @param takes options of the kind
 */
export function rememberedOptions(
  { reading }: InputScaling,
  given: DataOptions,
  takes: readonly DataOption[],
): { options: DataOptions; notes: string[] } {
  if (reading === undefined) return { options: given, notes: [] };
  const kept = Object.entries(reading.options).filter(([key]) => takes.includes(key as DataOption));
  const differing = kept.filter(([key, value]) => {
    const now = given[key as DataOption];
    // all of them is no other division
    return now !== undefined && text(now) !== text(value) && !(key === 'split' && now === 'all');
  });
  const notes = differing.map(
    ([key, value]) => `${flagOf(key)} ${text(given[key as DataOption])}: the model was trained with ${text(value)}`,
  );
  return { options: { ...Object.fromEntries(kept), ...given } as DataOptions, notes };
}

const text = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));
const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
