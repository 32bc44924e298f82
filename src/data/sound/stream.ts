import { fail } from '../../diagnostics.js';
import type { FrontEnd } from '../../ir/front-end.js';
import { isFolder, listFiles } from '../files.js';
import { soundModelRate } from './diagnostics.js';
import { type MarkedStream, marksBeside, readMarks } from './marks.js';
import {
  backgroundHoldsKeyword,
  backgroundNone,
  marksMissing,
  marksOutside,
  marksUnknown,
} from './marks-diagnostics.js';
import { resample } from './resample.js';
import { type Channel, readWav, toInt16 } from './wav.js';

/** How sound becomes a stream of a model. */
export interface StreamWishes {
  readonly frontEnd: FrontEnd;
  readonly channel?: Channel | undefined;
  /** Files of other rates are brought to that of the model, instead of being refused. */
  readonly resample?: boolean | undefined;
}

/** A WAV file as the int16 samples that a front end of one channel takes, and the rate of the file. */
export function readStream(path: string, { frontEnd, channel, resample: wanted }: StreamWishes) {
  const { sampleRate } = frontEnd;
  const { rate, samples } = readWav(path, channel);
  if (rate !== sampleRate && !wanted) fail(soundModelRate(path, rate, sampleRate));
  return { samples: toInt16(resample(samples, rate, sampleRate)), rate };
}

const SOUND = /\.wav$/i;

/** The WAV files of a folder, or the one that is named. */
const soundsOf = (path: string) => (isFolder(path) ? listFiles(path, SOUND) : [{ path, name: path }]);

/**
 * Recordings with label files beside them (readMarks), whose labels are classes of the model; null where no recording has one.
 * @param path a folder of WAV files, or one WAV file
 * @param labels classes of the model, or its outputs
 * @param options `background`: its marks are left out, because nothing is to be reported there; `several`: things at once
 */
export function readMarkedStreams(
  path: string,
  wishes: StreamWishes,
  labels: readonly string[],
  { background, several }: { readonly background: string | undefined; readonly several: boolean },
): MarkedStream[] | null {
  const sounds = soundsOf(path).map((file) => ({ ...file, labelFile: marksBeside(file.path) }));
  const marked = sounds.filter(({ labelFile }) => labelFile !== undefined);
  if (marked.length === 0) return null;
  return sounds.map(({ path: file, name, labelFile }) => {
    if (labelFile === undefined) return fail(marksMissing(file, marked.length));
    const marks = readMarks(labelFile, several);
    const unknown = marks.find(({ label }) => !labels.includes(label));
    if (unknown !== undefined) fail(marksUnknown(labelFile, unknown.label, labels));
    const { samples, rate } = readStream(file, wishes);
    const seconds = samples.length / wishes.frontEnd.sampleRate;
    const outside = marks.find(({ end }) => end > seconds);
    if (outside !== undefined) fail(marksOutside(labelFile, outside.label, outside.end, seconds));
    return { name, samples, rate, marks: marks.filter(({ label }) => label !== background) };
  });
}

/**
 * Recordings in which nothing is to be reported.
 * @param path a folder of WAV files, or one WAV file
 * @param reported classes that are reported: a label file beside a recording must not have one of them
 */
export function readBackground(path: string, wishes: StreamWishes, reported: readonly string[]): MarkedStream[] {
  const sounds = soundsOf(path);
  if (sounds.length === 0) fail(backgroundNone(path));
  return sounds.map(({ path: file, name }) => {
    const labelFile = marksBeside(file);
    const keyword = labelFile && readMarks(labelFile, true).find(({ label }) => reported.includes(label));
    if (keyword) fail(backgroundHoldsKeyword(file, keyword.label, keyword.begin));
    return { name, ...readStream(file, wishes), marks: [] };
  });
}
