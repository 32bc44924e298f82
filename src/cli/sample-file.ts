import { isFolder } from '../data/files.js';
import { loadSamples } from '../data/index.js';
import { readStream } from '../data/sound/stream.js';
import type { Channel } from '../data/sound/wav.js';
import { frontEndMissing } from '../decisions/diagnostics.js';
import { fail } from '../diagnostics.js';
import type { Model } from '../ir/model.js';

/** How a WAV file becomes the samples of a model. */
export interface SampleOptions {
  readonly channel?: Channel | undefined;
  readonly resample?: boolean | undefined;
}

/** Samples as the front end of a model takes them, channels interleaved. */
export interface Samples {
  readonly name: string;
  readonly samples: Int16Array;
  /** Of a sound file, Hz, which may be another one than that of the model. */
  readonly rate?: number;
}

/** Tables and arrays of counts, by their names; a folder holds tables. */
const COUNTS = /^(csv|npy):|\.(csv|tsv|npy)$/i;
const SOUND = /\.wav$/i;

/** The streams of a file: a WAV file is one; of a table of counts or an array each recording is one. The model has a front end. */
export async function readSamples(path: string, model: Model, options: SampleOptions): Promise<Samples[]> {
  const frontEnd = model.input.frontEnd!;
  const isSound = SOUND.test(path) || (frontEnd.channels === 1 && !COUNTS.test(path) && !isFolder(path));
  if (isSound) {
    if (frontEnd.channels !== 1) fail(frontEndMissing());
    return [{ name: path, ...readStream(path, { frontEnd, channel: options.channel, resample: options.resample }) }];
  }
  const list = await loadSamples(path, model);
  return list.map(({ name, samples }) => ({ name: name === '' ? path : `${path}: ${name}`, samples }));
}
