import { fail } from '../../diagnostics.js';
import type { FrontEnd } from '../../ir/front-end.js';
import { soundModelRate } from './diagnostics.js';
import { type Channel, readWav, toInt16 } from './wav.js';

/** A WAV file as the int16 samples that a front end of one channel takes; its rate must be that of the model. */
export function readStream(path: string, { sampleRate }: FrontEnd, channel?: Channel): Int16Array {
  const { rate, samples } = readWav(path, channel);
  if (rate !== sampleRate) fail(soundModelRate(path, rate, sampleRate));
  return toInt16(samples);
}
