import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withAnomalyThreshold } from '../../../src/anomaly-threshold.js';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { differenceFormat, MAX_SCORE, scoreThreshold } from '../../../src/fixed/anomaly-score.js';
import { fixedScoredOutputs, floatScoredOutputs } from '../../../src/interpreter/anomaly-scores.js';
import type { Model } from '../../../src/ir/model.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';
import { Draw } from '../../fuzz/random-network.js';
import { runProgram } from '../../kernels/run-program.js';
import { boardsToTest } from '../boards/tool-check.js';

// N14: scores beside those of the float network, thresholds, and what the generated C says of a state.

const sample = (name: string): Model =>
  readModel(readFileSync(join(PACKAGE_ROOT, 'test/samples', name, 'model.json'), 'utf8'));
const model = sample('gru_anomaly');
const draw = new Draw(5);
const codes = Int8Array.from({ length: 3 * 60 }, () => draw.integer(-60, 60));

test('differences have the most fraction bits for which their squares fit', () => {
  const operands = { size: 3, largest: 127, inputFraction: 5, outputFraction: 12 };
  const { xLeft, pLeft, shift, scoreFraction } = differenceFormat(operands);
  expect([xLeft, pLeft, scoreFraction]).toEqual([7, 0, 2 * (12 - shift)]);
  const sumOf = (v: number) => 3 * Math.ceil((127 * 128 + 32768) / 2 ** v) ** 2;
  expect([sumOf(shift) <= MAX_SCORE, sumOf(shift - 1) > MAX_SCORE]).toEqual([true, true]);
  expect([1, 65535].map((size) => differenceFormat({ ...operands, size, largest: 32767 }).shift)).toEqual([8, 16]);
});

test.each(['gru_anomaly', 'gru_anomaly_16_bits'])('scores of %s are those of its float network', (name) => {
  const own = sample(name);
  const { program } = compileModel(own, { core: 'host' });
  const input = own.activationBits === 8 ? codes : Int16Array.from(codes, (code) => 100 * code);
  const fixed = fixedScoredOutputs(own, program, input, 3);
  const float = floatScoredOutputs(own, own.anomaly!, input);
  const { ahead } = own.anomaly!;
  expect(fixed.map((row) => Number.isNaN(row[3]!))).toEqual(fixed.map((_, t) => t < ahead));
  fixed.slice(ahead).forEach((row, t) => void expect(row[3]! / float[ahead + t]![3]!).toBeCloseTo(1, 1));
});

test('a threshold is reached by at most the share of normal steps that is allowed', () => {
  const { program } = compileModel(model, { core: 'host' });
  const flags = Float32Array.from({ length: 60 * 4 }, (_, i) => Number(i % 4 === 3 && i < 80));
  const normal = fixedScoredOutputs(model, program, codes, 3).flatMap((row, t) => (t >= 20 ? [row[3]!] : []));
  for (const share of [0, 0.05, 0.5]) {
    const { anomaly } = withAnomalyThreshold(model, { sequences: [codes], targets: [flags] }, share);
    const reported = normal.filter((score) => score >= anomaly!.threshold).length;
    expect([reported <= share * 40, reported >= share * 40 - 1]).toEqual([true, true]);
  }
  expect(readModel(writeModel(model)).anomaly).toEqual(model.anomaly);
});

test.for(['host', 'qemu_cortex_m0'])('what the C says of a state: %s', async (id, context) => {
  const { board, skipped } = (await boardsToTest()).find((one) => one.id === id)!;
  if (skipped) return context.skip(`a compiler or emulator for ${id} is missing`);
  const { files, program } = compileModel(model, { core: 'host' });
  const source = files.get('src/small.c')!;
  const functions = [/^int32_t small_score\([^;]*\)\n\{\n.*\n\}$/m, /^int small_is_anomalous\(.*\)\n\{\n.*\n\}$/m].map(
    (pattern) => pattern.exec(source)![0],
  );
  const fraction = program.tensors.find(({ name }) => name === 'anomaly_score')!.type.fraction;
  const least = scoreThreshold(model.anomaly!.threshold, fraction);
  const scores = [-(2 ** 31), -3, 0, 1, least - 1, least, least + 1, MAX_SCORE, 2 ** 31 - 1];
  const main = `#include "rnnq_io.h"
#include "rnnq_fixed.h"
${files.get('include/small.h')}
${functions.join('\n')}
int main(void)
{
    static const int32_t scores[] = { INT32_MIN, ${scores.slice(1).join(', ')} };
    for (unsigned i = 0; i < sizeof scores / sizeof scores[0]; i++) {
        small_state_t s = { 0 };
        int32_t v[2];
        s.anomaly_score[0] = scores[i];
        v[0] = small_score(&s);
        v[1] = small_is_anomalous(&s);
        rnnq_io_write(v, sizeof v);
    }
    return 0;
}
`;
  const found = await runProgram({ board, main, input: new Uint8Array(0) });
  scores.forEach((score, i) => {
    const wanted = [Math.min(Math.max(score, 0), MAX_SCORE), Number(score >= least)];
    expect([found.getInt32(8 * i, true), found.getInt32(8 * i + 4, true)]).toEqual(wanted);
  });
});
