import type { Diagnostic } from '../../diagnostics.js';
import { plural } from '../diagnostics.js';

// What can be wrong with recordings of sound.

export const soundNoFolder = (path: string): Diagnostic => ({
  code: 'sound_no_folder',
  at: path,
  message: 'is no folder with .wav files in it',
  hint: 'put the recordings of each class into a folder of its own: sounds/yes/1.wav, sounds/no/1.wav',
});

export const soundRate = (path: string, rate: number, expected: number): Diagnostic => ({
  code: 'sound_rate',
  at: path,
  message: `has ${rate} samples a second, the others ${expected}`,
  hint: `--resample brings all to one rate; or: sox in.wav -r ${expected} out.wav`,
});

export const soundModelRate = (path: string, rate: number, expected: number): Diagnostic => ({
  code: 'sound_rate',
  at: path,
  message: `has ${rate} samples a second, the model takes ${expected}`,
  hint: `--resample converts it while it is read; or: sox in.wav -r ${expected} out.wav`,
});

export const wavNotWav = (path: string, bytes: number, form: string): Diagnostic => ({
  code: 'wav_not_wav',
  at: path,
  message: `is no WAV file: its ${plural(bytes, 'byte')} do not begin with RIFF and WAVE`,
  hint:
    form === 'RIFX'
      ? 'RIFX is big-endian: convert it: sox in.wav -L out.wav'
      : 'other formats: sox in.flac out.wav, or ffmpeg -i in.mp3 out.wav',
});

export const wavTruncated = (path: string, byte: number, chunk: string, size: number, found: number): Diagnostic => ({
  code: 'wav_truncated',
  at: path,
  message: `the chunk ${JSON.stringify(chunk)} at byte ${byte} should have ${plural(size, 'byte')}, ${found} are there`,
  hint: 'the file was cut short in a copy, or its recording never ended',
});

export const wavDamaged = (path: string, byte: number, message: string): Diagnostic => ({
  code: 'wav_damaged',
  at: path,
  message: `at byte ${byte}: ${message}`,
});

export const wavEmpty = (path: string): Diagnostic => ({
  code: 'wav_empty',
  at: path,
  message: 'holds no sample',
});

export const wavNotFinite = (path: string, sample: number, value: number): Diagnostic => ({
  code: 'wav_not_finite',
  at: path,
  message: `sample ${sample} is ${value}`,
  hint: 'the file is damaged, or the program that wrote it has divided by zero',
});

/** Encodings that are met but not read. */
const ENCODINGS: { readonly [encoding: number]: string } = {
  2: ' (ADPCM)',
  6: ' (A-law)',
  7: ' (mu-law)',
  17: ' (IMA ADPCM)',
  49: ' (GSM)',
  85: ' (MP3)',
  65534: ' (extensible, of an unknown kind)',
};

export const wavEncoding = (path: string, encoding: number, bits: number): Diagnostic => ({
  code: 'wav_encoding',
  at: path,
  message: `has samples of ${bits} bits in the encoding ${encoding}${ENCODINGS[encoding] ?? ''}`,
  hint: 'PCM (encoding 1) of 8, 16, 24 or 32 bits or float (3) of 32 or 64 is read: sox in.wav -e signed -b 16 out.wav',
});

export const wavContainer = (path: string, bits: number, bytes: number): Diagnostic => ({
  code: 'wav_encoding',
  at: path,
  message: `has samples of ${bits} bits in ${bytes} bytes each`,
  hint: `a sample must fill its bytes: sox in.wav -b ${bits} out.wav`,
});

export const wavChannels = (path: string, channels: number): Diagnostic => ({
  code: 'wav_channels',
  at: path,
  message: `has ${channels} channels`,
  hint:
    channels === 2
      ? 'choose with --channel left, right or mix; or convert it: sox in.wav -c 1 out.wav'
      : 'convert it: sox in.wav -c 1 out.wav',
});

/** An option that does not go with the sampling rate of the files; without a file it would be none's fault. */
