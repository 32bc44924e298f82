import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compileModel } from '../../src/compiler/compile.js';
import { readStream } from '../../src/data/sound/stream.js';
import { SeededRandom } from '../../src/fixed/random.js';
import { streamEvents } from '../../src/stream-events.js';
import { wavFile } from '../unit/data/wav-file.js';
import { MARGIN, soundOf, streamModel } from './stream-models.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Noise whose level changes every 0.2 s. */
function write(name: string, rate: number): string {
  const random = new SeededRandom(5);
  const samples = Array.from({ length: 16000 }, (_, n) => ((n >> 11) & 1 ? 0.3 : 0.001) * (2 * random.next() - 1));
  writeFileSync(join(folder, name), wavFile(samples, { rate }));
  return join(folder, name);
}

test('reports come at the ends of frames, not within the refractory time, and with labels that may be reported', () => {
  const { model, program } = compileModel(streamModel(soundOf(), { decision: { ...MARGIN, threshold: 1 } }), {
    core: 'host',
  });
  const events = streamEvents(model, program, readStream(write('a.wav', 8000), { frontEnd: soundOf() }).samples);
  expect(events.length).toBeGreaterThan(3);
  const frames = events.map(({ seconds }) => (seconds * 8000 - 256) / 128);
  expect(frames.filter((frame) => !Number.isInteger(frame) || frame < 0)).toEqual([]);
  frames.slice(1).forEach((frame, i) => {
    expect(frame - frames[i]!).toBeGreaterThan(3);
  });
  expect(events.filter(({ label, margin }) => !['yes', 'no'].includes(label) || !(margin! >= 0))).toEqual([]);
  const deaf = { ...model, decision: { ...MARGIN, threshold: 65535 } };
  expect(streamEvents(deaf, program, readStream(join(folder, 'a.wav'), { frontEnd: soundOf() }).samples)).toEqual([]);
});

test('another rate than the model takes is refused', () => {
  expect(() => readStream(write('b.wav', 16000), { frontEnd: soundOf() })).toThrow(
    /sound_rate .*16000 .* the model takes 8000/,
  );
});

test('--resample brings another rate to that of the model', () => {
  const { samples, rate } = readStream(write('c.wav', 16000), { frontEnd: soundOf(), resample: true });
  expect([samples.length, rate]).toEqual([8000, 16000]);
});
