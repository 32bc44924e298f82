import { fail } from '../../diagnostics.js';
import { plural } from '../diagnostics.js';
import { readBytes } from '../files.js';
import {
  wavChannels,
  wavContainer,
  wavDamaged,
  wavEmpty,
  wavEncoding,
  wavNotFinite,
  wavNotWav,
  wavTruncated,
} from './diagnostics.js';

/** Sound of one channel. */
export interface Sound {
  /** Hz */
  readonly rate: number;
  /** -1 to 1 */
  readonly samples: Float64Array;
  /** What a user should know of the file. */
  readonly notes?: readonly string[];
}

export type Channel = 'left' | 'right' | 'mix';

const HIGHEST_RATE = 384000;
/** Codes of the encodings in a fmt chunk. */
const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];
/** What follows the code of an encoding in the GUID of an extensible format. */
const GUID_TAIL = Buffer.from('000000001000800000aa00389b71', 'hex');

interface Format {
  readonly encoding: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

/** Sizes from here on mean "until the end": programs write them that do not know the length beforehand. */
const OPEN_SIZE = 0x7fff0000;

interface Chunk {
  readonly name: string;
  readonly at: number;
  /** As the file says. */
  readonly size: number;
  readonly content: Buffer;
}

/**
 * Reads a RIFF WAVE file (Microsoft and IBM, 1991), or RF64 (EBU Tech 3306): PCM of 8, 16, 24 or 32 bits or float of 32
 * or 64 bits, mono; of a stereo file the channel that is asked for, or the mean of both.
 */
export function readWav(path: string, channel?: Channel): Sound {
  const bytes = readBytes(path);
  const form = bytes.toString('latin1', 0, 4);
  if (bytes.length < 12 || !['RIFF', 'RF64', 'BW64'].includes(form) || bytes.toString('latin1', 8, 12) !== 'WAVE')
    fail(wavNotWav(path, bytes.length, form));
  let format: Format | undefined;
  let longSize: number | undefined;
  for (const found of chunksOf(bytes, 12)) {
    const chunk = found.name === 'data' ? sized(bytes, found, longSize) : found;
    const notes: string[] = [];
    const content = chunk.name === 'data' ? dataOf(path, bytes, chunk, notes) : wholeContent(path, chunk);
    if (chunk.name === 'ds64' && content.length >= 16) longSize = Number(content.readBigUInt64LE(8));
    if (chunk.name === 'fmt ') format = readFormat(path, content, chunk.at);
    if (chunk.name !== 'data') continue;
    if (format === undefined) return fail(wavDamaged(path, chunk.at, 'the data come before their format'));
    const all = decode(path, content, format);
    if (format.encoding === FLOAT) notes.push(...peakNotes(path, all));
    const samples = pickChannel(path, all, format.channels, channel);
    return { rate: format.rate, samples, ...(notes.length > 0 ? { notes } : {}) };
  }
  return fail(wavDamaged(path, bytes.length, 'the file ends without a data chunk'));
}

/** Samples as a converter of 16 bits gives them; those of a file of 16 bits exactly. */
export function toInt16(samples: Float64Array): Int16Array {
  const rounded = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++)
    rounded[i] = Math.max(-32768, Math.min(32767, Math.floor(32768 * samples[i]! + 0.5)));
  return rounded;
}

/** The chunks from a place on; a chunk begins at an even place, but some programs leave out the byte that makes it even. */
function* chunksOf(bytes: Buffer, start: number): Generator<Chunk> {
  const isName = (at: number): boolean => /^[ -~]{4}$/.test(bytes.toString('latin1', at, at + 4));
  for (let at = start; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    yield { name: bytes.toString('latin1', at, at + 4), at, size, content: bytes.subarray(at + 8, at + 8 + size) };
    const end = at + 8 + size;
    at = size % 2 === 1 && !isName(end) ? end + 1 : end;
  }
}

/** A data chunk that says of its size only that a chunk ds64 has it (EBU Tech 3306). */
function sized(bytes: Buffer, chunk: Chunk, longSize: number | undefined): Chunk {
  if (longSize === undefined || chunk.size !== 0xffffffff) return chunk;
  return { ...chunk, size: longSize, content: bytes.subarray(chunk.at + 8, chunk.at + 8 + longSize) };
}

function wholeContent(path: string, { at, name, size, content }: Chunk): Buffer {
  if (content.length < size) fail(wavTruncated(path, at, name, size, content.length));
  return content;
}

/** The samples' bytes: where the size was never filled in, those up to the end of the file. */
function dataOf(path: string, bytes: Buffer, chunk: Chunk, notes: string[]): Buffer {
  const rest = bytes.subarray(chunk.at + 8);
  const open = chunk.size === 0 ? rest.length > 0 && !endsWithChunks(bytes, chunk.at + 8) : chunk.size >= OPEN_SIZE;
  if (open && rest.length < (chunk.size || Number.POSITIVE_INFINITY)) {
    notes.push(`the data chunk gives ${chunk.size} as its size: read to the end of the file`);
    return rest;
  }
  const next = [...chunksOf(bytes, chunk.at)][1];
  if (next?.name === 'data') notes.push('only the first of its data chunks is read');
  return wholeContent(path, chunk);
}

/** Whether nothing but whole chunks follow. */
const endsWithChunks = (bytes: Buffer, start: number): boolean =>
  [...chunksOf(bytes, start)].every(({ name, size, content }) => /^[ -~]{4}$/.test(name) && content.length === size);

function peakNotes(path: string, samples: Float64Array): string[] {
  let peak = 0;
  samples.forEach((sample, i) => {
    if (!Number.isFinite(sample)) fail(wavNotFinite(path, i, sample));
    peak = Math.max(peak, Math.abs(sample));
  });
  // a power of two, so that files of one kind share the note
  const bound = 2 ** Math.ceil(Math.log2(peak));
  return peak > 1 ? [`float samples go beyond +-1, up to ${bound}: read as they are`] : [];
}

function readFormat(path: string, content: Buffer, at: number): Format {
  if (content.length < 16)
    fail(wavDamaged(path, at, `the fmt chunk has ${content.length} bytes, at least 16 are needed`));
  const own = content.readUInt16LE(0);
  const registered = own === EXTENSIBLE && content.subarray(26, 40).equals(GUID_TAIL);
  const format = {
    encoding: registered ? content.readUInt16LE(24) : own,
    channels: content.readUInt16LE(2),
    rate: content.readUInt32LE(4),
    bits: content.readUInt16LE(14),
  };
  const known = format.encoding === PCM ? [8, 16, 24, 32] : format.encoding === FLOAT ? [32, 64] : [];
  if (!known.includes(format.bits)) fail(wavEncoding(path, format.encoding, format.bits));
  if (format.rate < 1 || format.rate > HIGHEST_RATE || format.channels < 1)
    fail(
      wavDamaged(path, at, `the format has ${format.rate} samples a second and ${plural(format.channels, 'channel')}`),
    );
  const container = content.readUInt16LE(12) / format.channels;
  // smaller or stranger ones are faults of a writer, which players do not look at
  if (container > format.bits / 8 && [2, 3, 4, 8].includes(container)) fail(wavContainer(path, format.bits, container));
  return format;
}

/** All samples of all channels. */
function decode(path: string, content: Buffer, { encoding, bits, channels }: Format): Float64Array {
  const size = bits / 8;
  const count = Math.floor(content.length / (size * channels)) * channels;
  if (count === 0) fail(wavEmpty(path));
  const scale = 2 ** (1 - bits);
  const samples = new Float64Array(count);
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  // plain loops, here and below: recordings are many, and a callback for each sample takes several times as long
  if (encoding === FLOAT && bits === 32) for (let i = 0; i < count; i++) samples[i] = view.getFloat32(4 * i, true);
  else if (encoding === FLOAT) for (let i = 0; i < count; i++) samples[i] = view.getFloat64(8 * i, true);
  // samples of 8 bits have no sign
  else if (bits === 8) for (let i = 0; i < count; i++) samples[i] = (content[i]! - 128) * scale;
  else if (bits === 16) for (let i = 0; i < count; i++) samples[i] = view.getInt16(2 * i, true) * scale;
  else for (let i = 0; i < count; i++) samples[i] = content.readIntLE(i * size, size) * scale;
  return samples;
}

function pickChannel(path: string, all: Float64Array, channels: number, channel: Channel | undefined): Float64Array {
  if (channels === 1) return all;
  if (channels > 2 || channel === undefined) return fail(wavChannels(path, channels));
  const [left, right] = channel === 'left' ? [1, 0] : channel === 'right' ? [0, 1] : [0.5, 0.5];
  const one = new Float64Array(all.length / 2);
  for (let i = 0; i < one.length; i++) one[i] = left * all[2 * i]! + right * all[2 * i + 1]!;
  return one;
}
