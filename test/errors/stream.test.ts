import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSamples } from '../../src/cli/sample-file.js';
import { readBackground, readMarkedStreams } from '../../src/data/sound/stream.js';
import { DiagnosticError } from '../../src/diagnostics.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { soundOf, streamModel } from '../frontends/stream-models.js';
import { wavFile } from '../unit/data/wav-file.js';

// Folders with a stream.json hold label files, and tables, of streams that rnnq refuses: the WAV files beside them, with their
// seconds, and which of them are marked recordings or background.
const HERE = join(PACKAGE_ROOT, 'test/errors');
const folders = readdirSync(HERE).filter((name) => existsSync(join(HERE, name, 'stream.json')));

const MODEL = streamModel(soundOf({ window: 64, hop: 32, bands: 6 }));
const READER = { frontEnd: MODEL.input.frontEnd!, read: (path: string) => readSamples(path, MODEL, {}) };
const MEANING = {
  of: (label: string) => (label === 'rest' ? null : MODEL.labels.includes(label) ? label : undefined),
  ...{ known: MODEL.labels, several: false },
};

interface Case {
  readonly wavs: Readonly<Record<string, number>>;
  readonly data?: string;
  readonly background?: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-streams-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(folders)('%s is said as expected, and nothing else is', async (code) => {
  const own = join(folder, code);
  cpSync(join(HERE, code, 'data'), own, { recursive: true });
  const { wavs, data, background } = JSON.parse(readFileSync(join(HERE, code, 'stream.json'), 'utf8')) as Case;
  for (const [name, seconds] of Object.entries(wavs))
    writeFileSync(join(own, name), wavFile(new Array(8000 * seconds).fill(0)));
  let error: unknown = new Error('was accepted');
  try {
    if (data !== undefined) await readMarkedStreams(join(own, data), READER, MEANING);
    if (background !== undefined) await readBackground(join(own, background), READER, MEANING);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(DiagnosticError);
  const { message, diagnostics } = error as DiagnosticError;
  expect([...new Set(diagnostics.map((d) => d.code))]).toEqual([code]);
  expect(`${message.replaceAll(`${own}/`, '')}\n`).toBe(readFileSync(join(HERE, code, 'expected.txt'), 'utf8'));
});

test('background_none: a background that is not there is called the background, whatever data the model takes', async () => {
  for (const spec of ['nowhere', 'csv:nowhere.csv'])
    await expect(readBackground(spec, READER, MEANING)).rejects.toThrow(
      `background_none at --background ${spec}: there is no such file or folder`,
    );
});
