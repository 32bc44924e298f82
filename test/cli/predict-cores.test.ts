import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../src/compiler/compile.js';
import { runSequences, stepBytes } from '../../src/interpreter/interpret.js';
import type { Model } from '../../src/ir/model.js';
import { buildModel } from '../../src/quantizers/build-model.js';
import { TEST_MS } from '../boards/sample.js';
import { realNetwork } from '../unit/compiler/small-network.js';
import { WHOLE } from '../whole.js';
import { sampleModel, sharedPlace } from './place.js';

const place = sharedPlace();
const { rnnq } = place;

const sample = (name: string): Model => readModel(readFileSync(sampleModel(name), 'utf8'));
const labels = ['rest', 'walk', 'run', 'fall'];
const small = realNetwork('gru');
const wide = {
  activationBits: 16,
  goldenInput: Int16Array.from(small.goldenInput),
  input: { ...small.input, fraction: 13 },
} as const;
const quantities = labels.map((name, j) => ({ name, unit: 'm', offset: 10 * j, scale: 2 - j / 4 }));

/** A model of each task, of 8 or 16 bits. */
const MODELS: readonly (readonly [string, Model])[] = [
  ['classify', buildModel({ ...small, labels })],
  ['detect', buildModel({ ...small, task: 'detect', labels, thresholds: [0, 0.5, -0.5, 1] })],
  ['regress, 16 bits', buildModel({ ...small, ...wide, task: 'regress', outputs: quantities })],
  ['anomaly, 16 bits', sample('gru_anomaly_16_bits')],
  ['symbols', { ...sample('lstm_one_hot'), labels: [...'abcdef'] }],
];

/** The integers of a .npy file that rnnq wrote. */
function arrayOf(bytes: Buffer): Int8Array | Int16Array {
  const length = bytes.readUInt16LE(8);
  const data = bytes.subarray(10 + length);
  if (bytes.subarray(10, 10 + length).includes('i1')) return Int8Array.from(data);
  return Int16Array.from({ length: data.length / 2 }, (_, i) => data.readInt16LE(2 * i));
}

const rows = Array.from({ length: 12 }, (_, k) => [Math.sin(k), Math.cos(k), 1 - k / 6].map((v) => 3 * v).join());
/** A core of each instruction set, one for each model; with WHOLE all cores. */
const CORES = ['cortex-m0plus', 'cortex-m4', 'cortex-m55'] as const;
const MODEL_NAMES = MODELS.map(([name]) => name);

test.for(MODELS)(
  '%s: predictions of a recording are the outputs of the C',
  {
    timeout: TEST_MS,
  },
  async ([name, model], context) => {
    const targets = WHOLE ? [] : ['--target', CORES[MODEL_NAMES.indexOf(name) % CORES.length]!];
    const missing = await missingTool(CORES[0]);
    if (missing !== null) return context.skip(missing);
    const data = name === 'symbols' ? 'log.txt' : 'log.csv';
    place.write(data, name === 'symbols' ? 'fabcdeedcba' : `ax,ay,az\n${rows.join('\n')}\n`);
    place.write('m.json', writeModel(model));
    const told = await rnnq('predict', 'm.json', data, '--every-step', '--json');
    const [{ sequences }] = JSON.parse(told.stdout) as [{ sequences: { predictions: { codes: number[] }[] }[] }];
    const predicted = sequences.flatMap(({ predictions }) => predictions.map(({ codes }) => codes));

    const exported = await rnnq('data', data, '--model', 'm.json', '--split', 'all', '--export', `${name}.npy`);
    expect(exported.exitCode, exported.stderr).toBe(0);
    const codes = arrayOf(readFileSync(place.path(`${name}.npy`)));
    const { program } = compileModel(model, { core: 'host' });
    const steps = runSequences(program, [codes]);
    const [bytes, count] = [stepBytes(program), program.tensors[program.output]!.type.length];
    const view = new DataView(steps.buffer);
    // a recorded step ends with the outputs
    const outputs = Array.from({ length: steps.length / bytes }, (_, t) =>
      Array.from({ length: count }, (_, j) => view.getInt16((t + 1) * bytes - 2 * (count - j), true)),
    );
    expect(outputs.length).toBeGreaterThan(9);
    expect(predicted).toEqual(outputs);

    const verified = await rnnq('verify', 'm.json', '--inputs', `${name}.npy`, '--json', ...targets);
    const { results } = JSON.parse(verified.stdout) as { results: { steps: number; differences: number }[] };
    // behind the golden and random steps
    const most = { differences: 0, steps: expect.toSatisfy((n: number) => n > outputs.length) };
    for (const result of results) expect(result).toMatchObject(most);
    expect(results.length).toBeGreaterThanOrEqual(WHOLE ? CORES.length : 1);
  },
);
