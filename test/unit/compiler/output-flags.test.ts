import { expect, test } from 'vitest';
import { compileModel } from '../../../src/compiler/compile.js';
import { thresholdCode } from '../../../src/fixed/output-scale.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { runProgram } from '../../kernels/run-program.js';
import { boardsToTest } from '../boards/tool-check.js';
import { realNetwork } from './small-network.js';

// N12: the generated C reports an output exactly where its logit reaches the threshold.

const thresholds = [0, 0.7501, -1.3, 3];
const model = buildModel({
  ...realNetwork('gru', 'multiplier'),
  ...{ task: 'detect', labels: ['hot', 'hot!', '"loud" */', ''], thresholds },
});
const { files, program, golden } = compileModel(model, { core: 'host' });
const { fraction } = program.tensors[program.output]!.type;

test.for(['host', 'qemu_cortex_m0'])('every output code is reported from its threshold on: %s', async (id, context) => {
  const { board, skipped } = (await boardsToTest()).find((one) => one.id === id)!;
  if (skipped) return context.skip(`a compiler or emulator for ${id} is missing`);
  const [is] = /^int small_is\(.*\)\n\{\n.*\n\}$/m.exec(files.get('src/small.c')!)!;
  const [table] = /^const int16_t small_thresholds\[[^;]*;$/m.exec(files.get('src/small_weights.c')!)!;
  const main = `#include "rnnq_io.h"
#include "rnnq_fixed.h"
${files.get('include/small.h')}
${table}
${is}
int main(void)
{
    for (int32_t c = -32768; c < 32768; c++) {
        const int16_t y[4] = { (int16_t)c, (int16_t)c, (int16_t)c, (int16_t)c };
        const int32_t v[4] = { small_is(y, 0), small_is(y, 1), small_is(y, 2), small_is(y, 3) };
        rnnq_io_write(v, sizeof v);
    }
    return 0;
}
`;
  const found = await runProgram({ board, main, input: new Uint8Array(0) });
  thresholds.forEach((threshold, j) => {
    let different = 0;
    for (let y = -32768; y < 32768; y++)
      if (found.getInt32(4 * (4 * (y + 32768) + j), true) !== Number(y * 2 ** -fraction >= threshold)) different++;
    expect([threshold, different]).toEqual([threshold, 0]);
    expect(thresholdCode(threshold, fraction) * 2 ** -fraction).toBeGreaterThanOrEqual(threshold);
  });
});

test('flags have labels and no argmax; the golden is that of the same network with classes', () => {
  const text = [...files.values()].join('\n');
  expect(text).not.toMatch(/small_argmax/);
  expect(text).toMatch(/#define SMALL_OUTPUT_HOT 0\n/);
  expect(text).toMatch(/#define SMALL_OUTPUT_HOT_THRESHOLD \(0\)/);
  expect(golden).toEqual(compileModel(buildModel(realNetwork('gru', 'multiplier')), { core: 'host' }).golden);
});
