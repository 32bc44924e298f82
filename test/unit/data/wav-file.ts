/** What a written WAV file shall say; defaults are mono 16-bit PCM at 8 kHz. */
export interface WavFormat {
  readonly rate?: number;
  readonly bits?: number;
  readonly channels?: number;
  /** 1 PCM, 3 float */
  readonly encoding?: number;
  /** Writes the encoding as WAVE_FORMAT_EXTENSIBLE does. */
  readonly extensible?: boolean;
}

const chunk = (name: string, content: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
};

function samplesOf(samples: readonly number[], bits: number, encoding: number): Buffer {
  const data = Buffer.alloc((samples.length * bits) / 8);
  samples.forEach((sample, i) => {
    const at = (i * bits) / 8;
    if (encoding === 3) bits === 32 ? data.writeFloatLE(sample, at) : data.writeDoubleLE(sample, at);
    else if (bits === 8) data[at] = 128 + sample * 128;
    else data.writeIntLE(sample * 2 ** (bits - 1), at, bits / 8);
  });
  return data;
}

/** A WAV file of samples in -1..1, channels interleaved, with a chunk of another kind before the data. */
export function wavFile(samples: readonly number[], format: WavFormat = {}): Buffer {
  const { rate = 8000, bits = 16, channels = 1, encoding = 1, extensible = false } = format;
  const fmt = Buffer.alloc(extensible ? 40 : 16);
  fmt.writeUInt16LE(extensible ? 0xfffe : encoding, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(rate, 4);
  fmt.writeUInt32LE((rate * channels * bits) / 8, 8);
  fmt.writeUInt16LE((channels * bits) / 8, 12);
  fmt.writeUInt16LE(bits, 14);
  if (extensible) fmt.writeUInt16LE(encoding, 24);
  if (extensible) fmt.write('000000001000800000aa00389b71', 26, 'hex');
  const chunks = [
    chunk('fmt ', fmt),
    chunk('LIST', Buffer.from('odd')),
    chunk('data', samplesOf(samples, bits, encoding)),
  ];
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
  return chunk('RIFF', body);
}

/** The file with two bytes of its format changed. */
export function withFormat(file: Buffer, place: number, value: number): Buffer {
  const changed = Buffer.from(file);
  changed.writeUInt16LE(value, changed.indexOf('fmt ') + 8 + place);
  return changed;
}

/** The file with another size in the head of its data chunk. */
export function withDataSize(file: Buffer, size: number): Buffer {
  const changed = Buffer.from(file);
  changed.writeUInt32LE(size, changed.indexOf('data') + 4);
  return changed;
}
