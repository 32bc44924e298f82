import { expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { chooseOutputScale, outputValue } from '../../../src/fixed/output-scale.js';
import type { OutputQuantity } from '../../../src/ir/model.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { runProgram } from '../../kernels/run-program.js';
import { boardsToTest } from '../boards/tool-check.js';
import { realNetwork } from './small-network.js';

// N11: the generated C gives the integers of src/fixed/output-scale.ts for every code, and they are the values meant.

/** A charge, a pressure whose mean is large beside its spread, a temperature with few decimals, a name that is no C name. */
const QUANTITIES: readonly OutputQuantity[] = [
  { name: 'soc', unit: '%', scale: 25.16, offset: 48.2 },
  { name: 'pressure', unit: 'Pa', scale: 412.7, offset: 101325 },
  { name: 'temp', unit: '°C', scale: 3.7, offset: -20.004, decimals: 1 },
  { name: '9 lives / "quoted" */', scale: 2e-9, offset: 3e-7 },
];

const model = buildModel({ ...realNetwork('gru', 'multiplier'), task: 'regress', outputs: QUANTITIES });
const { files, program } = compileModel(model, { core: 'host' });
const { fraction } = program.tensors[program.output]!.type;

test.for(['host', 'qemu_cortex_m0'])('every output code becomes the same integers in C: %s', async (id, context) => {
  const { board, skipped } = (await boardsToTest()).find((one) => one.id === id)!;
  if (skipped) return context.skip(`a compiler or emulator for ${id} is missing`);
  const functions = [...files.get('src/small.c')!.matchAll(/^int32_t (small_value_\w+)\(.*\)\n\{\n.*\n\}$/gm)];
  expect(functions).toHaveLength(QUANTITIES.length);
  const main = `#include "rnnq_io.h"
#include "rnnq_fixed.h"
${files.get('include/small.h')}
${functions.map(([text]) => text).join('\n')}
int main(void)
{
    for (int32_t c = -32768; c < 32768; c++) {
        const int16_t y[4] = { (int16_t)c, (int16_t)c, (int16_t)c, (int16_t)c };
        const int32_t v[4] = { ${functions.map(([, name]) => `${name}(y)`).join(', ')} };
        rnnq_io_write(v, sizeof v);
    }
    return 0;
}
`;
  const found = await runProgram({ board, main, input: new Uint8Array(0) });
  QUANTITIES.forEach((quantity, j) => {
    const scale = chooseOutputScale(quantity, fraction, quantity.decimals)!;
    let different = 0;
    for (let y = -32768; y < 32768; y++)
      if (found.getInt32(4 * (QUANTITIES.length * (y + 32768) + j), true) !== outputValue(y, scale)) different++;
    expect([quantity.name, different]).toEqual([quantity.name, 0]);
  });
});

test('integers are the real value to one unit of their last place and 2^-15 of the distance from the offset', () => {
  for (const quantity of QUANTITIES) {
    const scale = chooseOutputScale(quantity, fraction, quantity.decimals)!;
    for (let y = -32768; y < 32768; y += 7) {
      const distance = quantity.scale * y * 2 ** -fraction;
      const error = Math.abs(outputValue(y, scale) * 10 ** -scale.decimals - (quantity.offset + distance));
      expect(error).toBeLessThanOrEqual(1.0001 * 10 ** -scale.decimals + Math.abs(distance) * 2 ** -15);
    }
  }
});

test('decimals are chosen by the step of a code, and fewer where the integers would not fit', () => {
  const decimalsOf = (scale: number, offset: number) => chooseOutputScale({ scale, offset }, 13)?.decimals;
  expect([decimalsOf(0.25, 0.5), decimalsOf(412.7, 101325), decimalsOf(1e6, 0), decimalsOf(1e-9, 0)]).toEqual([
    5, 2, 0, 9,
  ]);
  expect([decimalsOf(0.25, 1e8), decimalsOf(0.25, 1e9), decimalsOf(0.25, 3e9), decimalsOf(1e9, 0)]).toEqual([
    ...[1, 0, undefined, undefined],
  ]);
});

test('quantities are part of model.json, of no golden, and replace argmax and labels', () => {
  expect(readModel(writeModel(model))).toEqual(model);
  const plain = compileModel(buildModel(realNetwork('gru', 'multiplier')), { core: 'host' });
  const regress = compileModel(model, { core: 'host' });
  expect(regress.golden).toEqual(plain.golden);
  const text = [...files.values()].join('\n');
  expect(text).not.toMatch(/small_argmax|small_labels/);
  expect(text).toMatch(/#define SMALL_OUTPUT_SOC_DECIMALS \d/);
  expect(text).toMatch(/small_value_9_lives_quoted\(/);
});
