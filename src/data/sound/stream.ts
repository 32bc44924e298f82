import { existsSync } from 'node:fs';
import { fail } from '../../diagnostics.js';
import type { FrontEnd } from '../../ir/front-end.js';
import { isFolder, listFiles } from '../files.js';
import { soundModelRate } from './diagnostics.js';
import { type Mark, type MarkedStream, marksBeside, readMarks } from './marks.js';
import {
  backgroundHoldsKeyword,
  backgroundNone,
  marksMissing,
  marksOutside,
  marksUnknown,
  streamSeveral,
} from './marks-diagnostics.js';
import { resample } from './resample.js';
import { type Channel, readWav, toInt16 } from './wav.js';

/** How sound becomes a stream of a model. */
export interface SoundWishes {
  readonly frontEnd: FrontEnd;
  readonly channel?: Channel | undefined;
  /** Files of other rates are brought to that of the model, instead of being refused. */
  readonly resample?: boolean | undefined;
}

/** A WAV file as the int16 samples that a front end of one channel takes, and the rate of the file. */
export function readStream(path: string, { frontEnd, channel, resample: allowed }: SoundWishes) {
  const { sampleRate } = frontEnd;
  const { rate, samples } = readWav(path, channel);
  if (rate !== sampleRate && !allowed) fail(soundModelRate(path, rate, sampleRate));
  return { samples: toInt16(resample(samples, rate, sampleRate)), rate };
}

/** How the files of streams are read. */
export interface StreamReader {
  readonly frontEnd: Pick<FrontEnd, 'sampleRate' | 'channels'>;
  /** The recordings of a file. */
  read(path: string): Promise<readonly ReadSamples[]>;
}

/** Samples as a front end takes them, channels interleaved; `rate`: of the file, where it may be another one than the model's. */
export interface ReadSamples {
  readonly samples: Int16Array;
  readonly rate?: number;
}

/** A file that is one stream. */
async function readOne(path: string, { read }: Pick<StreamReader, 'read'>): Promise<ReadSamples> {
  const [first, ...more] = await read(path);
  return first === undefined || more.length > 0 ? fail(streamSeveral(path, more.length + 1)) : first;
}

const SOUND = /\.wav$/i;
const TABLE = /\.(csv|tsv)$/i;

/** The WAV files of a folder, or else its tables; or the one file that is named. */
function filesOf(path: string): readonly { readonly path: string; readonly name: string }[] {
  if (!isFolder(path)) return [{ path, name: path }];
  const sounds = listFiles(path, SOUND);
  // a table beside a recording has its marks
  return sounds.length > 0 ? sounds : listFiles(path, TABLE);
}

/** What a label of a label file marks. */
export interface Meaning {
  /** The word that is to be reported; null: nothing is; undefined: an unknown label. */
  readonly of: (label: string) => string | null | undefined;
  /** Labels that are not unknown, for a person. */
  readonly known: readonly string[];
  /** Things of different labels may be there at once. */
  readonly several: boolean;
}

/**
 * Recordings with label files beside them (readMarks); null where no recording has one.
 * @param path a folder of recordings, or one recording
 */
export async function readMarkedStreams(
  path: string,
  reader: StreamReader,
  meaning: Meaning,
): Promise<MarkedStream[] | null> {
  const { sampleRate, channels } = reader.frontEnd;
  const files = filesOf(path).map((file) => ({ ...file, labelFile: marksBeside(file.path) }));
  const marked = files.filter(({ labelFile }) => labelFile !== undefined);
  if (marked.length === 0) return null;
  const streams: MarkedStream[] = [];
  for (const { path: file, name, labelFile } of files) {
    if (labelFile === undefined) return fail(marksMissing(file, marked.length));
    const marks = readMarks(labelFile, meaning.several);
    const unknown = marks.find(({ label }) => meaning.of(label) === undefined);
    if (unknown !== undefined) fail(marksUnknown(labelFile, unknown.label, meaning.known));
    const stream = await readOne(file, reader);
    const seconds = stream.samples.length / (channels * sampleRate);
    const outside = marks.find(({ end }) => end > seconds);
    if (outside !== undefined) fail(marksOutside(labelFile, outside.label, outside.end, seconds));
    streams.push({ name, ...stream, marks: marks.flatMap((mark) => meant(mark, meaning)) });
  }
  return streams;
}

/** A mark with the word that is to be reported, if one is. */
function meant(mark: Mark, { of }: Pick<Meaning, 'of'>): Mark[] {
  const label = of(mark.label);
  return label === null || label === undefined ? [] : [{ ...mark, label }];
}

/**
 * Recordings in which nothing is to be reported.
 * @param path a folder of recordings, or one recording
 * @param meaning a label file beside a recording must have nothing that is to be reported
 */
export async function readBackground(
  path: string,
  reader: Pick<StreamReader, 'read'>,
  meaning: Pick<Meaning, 'of'>,
): Promise<MarkedStream[]> {
  const files = filesOf(path);
  const exists = existsSync(path.replace(/^(csv|npy|wav):/, ''));
  if (files.length === 0 || !exists) fail(backgroundNone(path, exists));
  const streams: MarkedStream[] = [];
  for (const { path: file, name } of files) {
    const labelFile = marksBeside(file);
    const keyword = labelFile && readMarks(labelFile, true).find((mark) => meant(mark, meaning).length > 0);
    if (keyword) fail(backgroundHoldsKeyword(file, keyword.label, keyword.begin));
    streams.push({ name, ...(await readOne(file, reader)), marks: [] });
  }
  return streams;
}
