import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCompiler } from '../../../src/build/toolchain.js';
import { cFloat } from '../../../src/compiler/5-emit/c-names.js';
import { compileModel } from '../../../src/compiler/compile.js';
import { inputCodes, inputGains, inputOffsets } from '../../../src/ir/input-codes.js';
import { ACTIVATION_FORMATS, type ActivationBits, type InputScaling } from '../../../src/ir/model.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { Draw } from '../../fuzz/random-network.js';
import { type ProgramRequest, runProgram } from '../../kernels/run-program.js';
import { boardsToTest } from '../boards/tool-check.js';
import { realNetwork } from './small-network.js';

// The macro of the generated header and the codes of the trainer are the same, whatever compiler, level and float unit.

const BITS = [8, 16] as const;
const fractionOf = (bits: ActivationBits): number => ACTIVATION_FORMATS[bits].unitFraction;

/** Scalings as data have them: powers of two, means and deviations, large offsets, the limits of model.json. */
const SCALINGS: readonly (readonly [offset: number, scale: number])[] = [
  [0, 1 / 64],
  [0.1, 1 / 3],
  [-9.80665, 0.0137],
  [101325, 1 / 412.7],
  [1e30, 1e-36],
  [0, 1e36],
];

function headerOf(bits: ActivationBits, input: Pick<InputScaling, 'offset' | 'scale'>): string {
  const { input: own, ...rest } = realNetwork('gru', 'multiplier');
  const goldenInput = bits === 16 ? Int16Array.of(-32768, 32767, 0) : Int8Array.of(-128, 127, 0);
  const scaling = { ...own, ...input, fraction: fractionOf(bits) };
  const model = buildModel({ ...rest, activationBits: bits, goldenInput, input: scaling });
  return compileModel(model, { core: 'host' }).files.get('include/small.h')!;
}

const bits32 = new DataView(new ArrayBuffer(4));
const floatOf = (word: number): number => {
  bits32.setUint32(0, word);
  return bits32.getFloat32(0);
};

/** Real values for one scaling: near the middles between codes, near the limits, of any size, and those that are no number. */
function valuesFor(offset: number, gain: number, largest: number, count: number): Float32Array {
  const draw = new Draw(7);
  const special = [
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    3.4e38,
    -3.4e38,
    1e-45,
    -1e-45,
  ];
  const halves = [0.5, -0.5, 0.49999997, -0.49999997, largest + 0.5, -largest - 0.5, largest + 0.49, largest, -largest];
  const edges = [...special, ...halves.map((p) => offset + p / gain)];
  return Float32Array.from({ length: count }, (_, i) => {
    if (i < edges.length) return edges[i]!;
    if (i % 8 === 0) return floatOf(draw.integer(0, 0xffff) * 65536 + draw.integer(0, 0xffff));
    const middle = i % 2 ? draw.integer(-largest - 2, largest + 2) + 0.5 : draw.real(-largest - 9, largest + 9);
    return offset + middle / gain;
  });
}

/** Reads a scaling and BLOCK values at a time, writes the macro's codes; *v++ moves once for each. */
const MAIN = `#include "rnnq_io.h"
__attribute__((noinline)) static void codes(const float *v, const float *scaling, int16_t *out)
{
    for (int i = 0; i < 250; i++) out[i] = SMALL_QUANTIZE_INPUT_WITH(*v++, scaling[0], scaling[1]);
}
int main(void)
{
    static float v[250], scaling[2];
    static int16_t out[250];
    while (rnnq_io_read(scaling, sizeof scaling) && rnnq_io_read(v, sizeof v)) {
        codes(v, scaling, out);
        rnnq_io_write(out, sizeof out);
    }
    return 0;
}
`;
const BLOCK = 250;
/** Of each scaling; RNNQ_INPUT_BLOCKS=1400 compares two million codes in each way. */
const BLOCKS = Number(process.env.RNNQ_INPUT_BLOCKS ?? 40);

/** How many codes of `blocks` blocks of values for each scaling were compared, and how many of C and inputCodes differ. */
async function compareCodes(bits: ActivationBits, blocks: number, how: Omit<ProgramRequest, 'main' | 'input'>) {
  const input = new Float32Array(SCALINGS.length * blocks * (BLOCK + 2));
  const expected = new Int16Array(SCALINGS.length * blocks * BLOCK);
  SCALINGS.forEach(([offset, scale], s) => {
    const scaling = { size: 1, fraction: fractionOf(bits), offset: [offset], scale: [scale] };
    const [o, g] = [inputOffsets(scaling)[0]!, inputGains(scaling)[0]!];
    const values = valuesFor(o, g, ACTIVATION_FORMATS[bits].largest, blocks * BLOCK);
    for (let b = 0; b < blocks; b++)
      input.set([o, g, ...values.subarray(b * BLOCK, (b + 1) * BLOCK)], (s * blocks + b) * (BLOCK + 2));
    expected.set(inputCodes(Float64Array.from(values), scaling, bits), s * values.length);
  });
  const header = headerOf(bits, { offset: [0], scale: [1] });
  const found = await runProgram({ ...how, main: `${header}\n${MAIN}`, input: new Uint8Array(input.buffer) });
  expect(found.byteLength).toBe(expected.byteLength);
  const different = expected.filter((code, i) => found.getInt16(2 * i, true) !== code).length;
  return { compared: expected.length, different };
}

const FUSED = ['-ffp-contract=fast'];
// with a second -mfloat-abi gcc finds a C library for other cores: nothing of it may be called
const FLOAT_UNIT = ['-mfpu=fpv4-sp-d16', '-mfloat-abi=softfp', '-fno-tree-loop-distribute-patterns'];
const ALL = process.env.RNNQ_INPUT_BLOCKS !== undefined;
/** Bits and compilers, one of each with every other where not ALL are asked for. */
const WAYS: readonly (readonly [ActivationBits, string, string, Omit<ProgramRequest, 'main' | 'input' | 'board'>])[] = (
  [
    ['gcc -O0', 'host', { optimization: '-O0' }],
    ['gcc -O2, fused multiply-add', 'host', { extraFlags: [...FUSED, ...(process.arch === 'x64' ? ['-mfma'] : [])] }],
    ['clang -O2, fused multiply-add', 'host', { compiler: 'clang', extraFlags: FUSED }],
    ['a Cortex-M4 with its float unit', 'qemu_cortex_m4', { extraFlags: FLOAT_UNIT }],
    ['a Cortex-M0 without one', 'qemu_cortex_m0', {}],
    ['a Cortex-M55', 'qemu_cortex_m55', { optimization: '-O3' }],
  ] as const
).flatMap(([what, board, how], i) =>
  BITS.filter((bits) => ALL || (i % 2 === 0) === (bits === 8)).map((bits) => [bits, what, board, how] as const),
);

test.for(WAYS)('the macro computes codes of %i bits as training does: %s', async ([bits, , id, how], context) => {
  const { board, skipped } = (await boardsToTest()).find((one) => one.id === id)!;
  const compiler = await findCompiler(board.core, how.compiler);
  if (skipped || !compiler.available) return context.skip(`a compiler or emulator for ${id} is missing`);
  const { compared, different } = await compareCodes(bits, BLOCKS, { board, ...how });
  expect(compared).toBeGreaterThan(50_000);
  expect(different).toBe(0);
});

test('constants in C are the float32 that training uses', async (context) => {
  const { board, skipped } = (await boardsToTest()).find(({ id }) => id === 'host')!;
  if (skipped) return context.skip('a compiler for the host is missing');
  const draw = new Draw(3);
  const values = Float32Array.from({ length: 3000 }, (_, i) =>
    i % 2 ? floatOf((draw.integer(0, 0x7f7f) * 65536 + draw.integer(0, 0xffff)) >>> 0) : draw.real(-1e3, 1e3),
  );
  const main = `#include "rnnq_io.h"
static const float values[] = { ${Array.from(values, cFloat).join(', ')} };
int main(void)
{
    rnnq_io_write(values, sizeof values);
    return 0;
}
`;
  const found = await runProgram({ board, main, input: new Uint8Array(0) });
  expect(Array.from(values, (_, i) => found.getFloat32(4 * i, true))).toEqual(Array.from(values));
});

const WARNINGS = [
  '-Wall',
  '-Wextra',
  '-Wpedantic',
  '-Wconversion',
  '-Wdouble-promotion',
  '-Wfloat-conversion',
  '-Werror',
];
const SOURCE = `#include "small.h"
int main(int count, char **arguments)
{
    const double d = count;
    const float f = (float)count;
    (void)arguments;
    return SMALL_QUANTIZE_INPUT(d) + SMALL_QUANTIZE_INPUT(f) + SMALL_QUANTIZE_INPUT(count) +
           SMALL_QUANTIZE_INPUT(f / 0.0f - f / 0.0f);
}
`;

describe.each(['gcc', 'g++', 'clang', 'clang++'])('%s', (compiler) => {
  test("no warning in the user's file, no undefined behaviour for a NaN", (context) => {
    try {
      execFileSync(compiler, ['--version']);
    } catch {
      context.skip(`${compiler} is not installed`);
    }
    const folder = mkdtempSync(join(tmpdir(), 'rnnq-macro-'));
    try {
      const [name, program] = [compiler.endsWith('++') ? 'main.cpp' : 'main.c', join(folder, 'program')];
      for (const bits of BITS) {
        writeFileSync(join(folder, 'small.h'), headerOf(bits, { offset: [0.1], scale: [1 / 3] }));
        writeFileSync(join(folder, name), SOURCE);
        const sanitized = ['-fsanitize=undefined,float-cast-overflow', '-fno-sanitize-recover=all'];
        const options = ['-O1', ...WARNINGS, ...sanitized, join(folder, name), '-o', program];
        execFileSync(compiler, options, { stdio: 'pipe' });
        // (1 - 0.1) / 3 of unitFraction bits, three times, and the code 0 of a NaN
        const code = Math.floor((0.9 / 3) * 2 ** fractionOf(bits) + 0.5);
        const { status, stderr } = spawnSync(program);
        expect([status, String(stderr)]).toEqual([(3 * code) & 255, '']);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
