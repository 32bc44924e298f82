import { fail } from '../../diagnostics.js';
import { readBytes } from '../files.js';
import { wavChannels, wavDamaged, wavEmpty, wavEncoding, wavNotWav, wavTruncated } from './diagnostics.js';

/** Sound of one channel. */
export interface Sound {
  /** Hz */
  readonly rate: number;
  /** -1 to 1 */
  readonly samples: Float64Array;
}

export type Channel = 'left' | 'right' | 'mix';

const HIGHEST_RATE = 384000;
/** Codes of the encodings in a fmt chunk. */
const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];

interface Format {
  readonly encoding: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

/**
 * Reads a RIFF WAVE file (Microsoft and IBM, 1991): PCM of 8, 16, 24 or 32 bits or float of 32 or 64 bits, mono; of a
 * stereo file the channel that is asked for, or the mean of both.
 */
export function readWav(path: string, channel?: Channel): Sound {
  const bytes = readBytes(path);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    fail(wavNotWav(path, bytes.length));
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, size] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)];
    const content = bytes.subarray(at + 8, at + 8 + size);
    if (content.length < size) fail(wavTruncated(path, at, name, size, content.length));
    if (name === 'fmt ') format = readFormat(path, content, at);
    if (name === 'data') {
      if (format === undefined) return fail(wavDamaged(path, at, 'the data stand before their format'));
      return { rate: format.rate, samples: pickChannel(path, decode(path, content, format), format.channels, channel) };
    }
    // chunks begin at even places
    at += 8 + size + (size % 2);
  }
  return fail(wavDamaged(path, bytes.length, 'the file ends without a data chunk'));
}

function readFormat(path: string, content: Buffer, at: number): Format {
  if (content.length < 16)
    fail(wavDamaged(path, at, `the fmt chunk has ${content.length} bytes, at least 16 are needed`));
  const own = content.readUInt16LE(0);
  const format = {
    encoding: own === EXTENSIBLE && content.length >= 26 ? content.readUInt16LE(24) : own,
    channels: content.readUInt16LE(2),
    rate: content.readUInt32LE(4),
    bits: content.readUInt16LE(14),
  };
  const known = format.encoding === PCM ? [8, 16, 24, 32] : format.encoding === FLOAT ? [32, 64] : [];
  if (!known.includes(format.bits)) fail(wavEncoding(path, format.encoding, format.bits));
  if (format.rate < 1 || format.rate > HIGHEST_RATE || format.channels < 1)
    fail(wavDamaged(path, at, `the format tells ${format.rate} samples a second and ${format.channels} channels`));
  return format;
}

/** All samples of all channels. */
function decode(path: string, content: Buffer, { encoding, bits, channels }: Format): Float64Array {
  const size = bits / 8;
  const count = Math.floor(content.length / (size * channels)) * channels;
  if (count === 0) fail(wavEmpty(path));
  const scale = 2 ** (1 - bits);
  const sampleAt = (at: number): number => {
    if (encoding === FLOAT) return bits === 32 ? content.readFloatLE(at) : content.readDoubleLE(at);
    // samples of 8 bits have no sign
    return bits === 8 ? (content[at]! - 128) * scale : content.readIntLE(at, size) * scale;
  };
  return new Float64Array(count).map((_, i) => sampleAt(i * size));
}

function pickChannel(path: string, all: Float64Array, channels: number, channel: Channel | undefined): Float64Array {
  if (channels === 1) return all;
  if (channels > 2 || channel === undefined) return fail(wavChannels(path, channels));
  const [left, right] = channel === 'left' ? [1, 0] : channel === 'right' ? [0, 1] : [0.5, 0.5];
  return new Float64Array(all.length / 2).map((_, i) => left * all[2 * i]! + right * all[2 * i + 1]!);
}
