import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countingBoard, loadBoard } from '../src/boards/board.js';
import { countRegions } from '../src/build/cycles/count-regions.js';
import { runTool } from '../src/build/toolchain.js';
import type { SeededRandom } from '../src/fixed/random.js';
import type { FormatName } from '../src/ir/model.js';
import type { Weights } from '../src/ir/program.js';
import { PACKAGE_ROOT } from '../src/package-root.js';
import { QUANTIZERS } from '../src/quantizers/index.js';
import { CORES, type CoreName } from '../src/targets/cores.js';
import type { Kernel, MatrixTask } from '../src/targets/kernel.js';
import { cArray, cCallOf } from '../test/kernels/c-text.js';
import { kernelFile, kernelFiles } from '../test/kernels/kernel-files.js';
import { codesOf } from './random-network.js';
import type { BenchProgram } from './rp2040.js';

/** A kernel, and the random matrix that it is counted on. */
export interface Case {
  readonly kernel: Kernel;
  readonly cols: number;
  readonly rows: number;
  readonly zeros: number;
  readonly format: FormatName;
  readonly block?: number;
  readonly fit?: boolean;
}

/** One program: every kernel, every shape; the outputs are compared with sums computed here. `count` gives its regions. */
export async function countKernels<R>(
  cases: readonly Case[],
  random: SeededRandom,
  count: (program: BenchProgram) => Promise<readonly R[]>,
) {
  let declarations = '';
  let body = '';
  const prepared = cases.map(({ kernel, cols, rows, format, zeros, block }, k) => {
    const padded = Math.ceil(rows / kernel.tile.rows) * kernel.tile.rows;
    const codes = new Int8Array(padded * cols).fill(format === 'binary' ? -1 : 0);
    codes.set(codesOf(random, format, rows * cols, zeros));
    const weights: Weights = { name: 'w', alphabet: QUANTIZERS[format].alphabet, rows: padded, cols, codes };
    const task: MatrixTask = {
      weights,
      addToOutput: false,
      fraction: 0,
      block: Math.min(block ?? 1e9, Math.ceil(cols / kernel.tile.inputs)),
    };
    const [inputType, largest] = kernel.input === 's8' ? (['int8_t', 127] as const) : (['int16_t', 32767] as const);
    const x = Int16Array.from({ length: cols }, () => random.integer(2 * largest + 1) - largest);
    const sums = Int32Array.from({ length: padded }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < cols; i++) sum += codes[j * cols + i]! * x[i]!;
      return sum;
    });
    const call = cCallOf(kernel, task, k, `x${k}`);
    declarations += cArray(inputType, `x${k}`, x) + call.declarations + cArray('int32_t', `y${k}`, sums);
    body += `    rnnq_mark_begin();\n    ${call.text};\n    rnnq_mark_end();\n`;
    body += `    for (int j = 0; j < ${padded}; j++) { if (out[j] != y${k}[j]) { return ${k + 1}; } }\n`;
    return { task, work: call.workBytes, weightBytes: call.weightBytes };
  });
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-bench-'));
  try {
    writeFileSync(
      join(folder, 'main.c'),
      `#include "rnnq.h"\nvoid rnnq_mark_begin(void);\nvoid rnnq_mark_end(void);\nstatic int32_t out[1024];\nstatic uint32_t work[8192];\n${declarations}\nint main(void)\n{\n${body}    return 0;\n}\n`,
    );
    const files = kernelFiles([...new Set(cases.map(({ kernel }) => kernel))]);
    const regions = await count({
      directory: folder,
      sources: [join(folder, 'main.c'), ...files],
      includeDirectories: [join(PACKAGE_ROOT, 'runtime-c', 'include')],
    });
    const isGenerated = cases.some((c) => c.kernel.generate);
    const symbols = isGenerated ? await runTool('arm-none-eabi-nm', ['--print-size', join(folder, 'program.elf')]) : '';
    return cases.map((c, k) => {
      const size = new RegExp(`^\\S+ (\\S+) t product${k}$`, 'm').exec(symbols)?.[1];
      return { ...c, ...prepared[k]!, ...regions[k]!, code: Number.parseInt(size ?? 'none', 16) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of code and constants of a kernel's file. */
export async function codeBytes(core: CoreName, { symbol }: Kernel): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-bench-'));
  try {
    const object = join(folder, 'kernel.o');
    const flags = [...CORES[core].flags, '-std=c99', '-O2', `-I${join(PACKAGE_ROOT, 'runtime-c', 'include')}`];
    await runTool('arm-none-eabi-gcc', [...flags, '-c', kernelFile(symbol), '-o', object]);
    const [text, data] = (await runTool('arm-none-eabi-size', [object]))
      .split('\n')[1]!
      .trim()
      .split(/\s+/)
      .map(Number);
    return text! + data!;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const countOn =
  (core: CoreName) =>
  async (program: BenchProgram): Promise<{ instructions: number; cycles: number }[]> => {
    const board = loadBoard(countingBoard(core));
    if (board.runner !== 'qemu') throw new Error(`${core} is not counted in QEMU`);
    const { regions } = await countRegions({ ...program, core, board });
    return regions.map(({ instructions, cycles }) => {
      if (cycles === null) throw new Error('this QEMU takes no plugins: there are no cycles');
      return { instructions, cycles };
    });
  };
