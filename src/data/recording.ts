import { basename } from 'node:path';
import type { FrontEnd } from '../ir/front-end.js';
import type { Channel, LogMelFeatures } from '../ir/model.js';
import type { Normalization } from './scaling.js';
import type { Values } from './values.js';

/** The parts of a data set: what is learned from, what chooses between models, what is measured on at the end. */
export const PARTS = ['train', 'validation', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** A column of numbers that a network shall give: its name, and the unit where one is known. */
export interface TargetColumn {
  readonly name: string;
  readonly unit?: string;
}

/** One labelled sequence of real values as a reader found it. */
export interface Recording {
  /** Where it comes from, for messages: a file, or file:line. */
  readonly source: string;
  /** What patterns are matched with: the path below the data's folder, or the name of a sequence in its file. */
  readonly name: string;
  /** steps x size */
  readonly values: Values;
  /** What the front end made the values from: int16, channels interleaved. Kept on demand (DataOptions.samples). */
  readonly samples?: Int16Array;
  /** One label, or one for each step (Recordings.everyStep); '' where none is wanted. */
  readonly labels: readonly string[];
  /** Values of Recordings.targets: one of each column, or steps x columns (Recordings.everyStep); NaN where none is wanted. */
  readonly targets?: Float64Array;
  /** Speaker, person, device: what must not stand on both sides of a split by group. */
  readonly group?: string;
  /** The part that the data itself names. */
  readonly part?: Part;
  /** Steps before which samples are missing, in their order: no window spans them. */
  readonly gaps?: readonly number[];
}

/** What a reader gives: recordings that agree in the meaning of their values. */
export interface Recordings {
  /** A legal model name. */
  readonly name: string;
  /** The file or folder, for complaints. */
  readonly source: string;
  /** Values of one time step. */
  readonly size: number;
  readonly everyStep: boolean;
  /** The scaling where the user wishes no other. */
  readonly normalization: Normalization;
  readonly features?: LogMelFeatures;
  /** The chain that made the values from samples, without its scaling. */
  readonly frontEnd?: FrontEnd;
  /** Names and units of the values of a time step, where the data have some. */
  readonly channels?: readonly Channel[];
  /** The columns that were read, where a front end makes other values of them. */
  readonly columns?: readonly string[];
  /** Columns whose values are the targets, instead of labels. */
  readonly targets?: readonly TargetColumn[];
  /** Time steps a second, where the data say it. */
  readonly rate?: number;
  /** What was converted, skipped or left out in reading: place and fact. */
  readonly notes?: readonly string[];
  readonly list: readonly Recording[];
}

const PART_WORDS: Readonly<Record<string, Part>> = {
  ...{ train: 'train', training: 'train' },
  ...{ validation: 'validation', valid: 'validation', val: 'validation', dev: 'validation' },
  ...{ test: 'test', testing: 'test' },
};

/** The part that a word of a folder, a file name or a column means, or undefined. */
export const partOfWord = (word: string): Part | undefined =>
  Object.hasOwn(PART_WORDS, word.toLowerCase()) ? PART_WORDS[word.toLowerCase()] : undefined;

/** A path's last part as a C name; the ending keeps clear of the names that C and CMake have taken. */
export function modelName(path: string, ending: string): string {
  const stem = basename(path)
    .replace(/(\.[A-Za-z]\w*)+$/, '')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .slice(0, 38);
  return `${/^[A-Za-z]/.test(stem) && !/^rnnq/i.test(stem) ? '' : 'data_'}${stem}_${ending}`;
}
