// Kernels and whole time steps on every core: instructions (QEMU, exact) and modelled cycles. Needs `npm run build`, QEMU with
// plugins and arm-none-eabi-gcc. Writes bench/results/kernels.json, the tables and plots of docs/performance.md.
//   node bench/kernels.mjs
//   node bench/kernels.mjs --kernel u8x4_c --core cortex-m0 --output FILE
// With --kernel or --core (names, separated by commas): only these, no steps; prints cycles per weight, and writes only FILE,
// which fit-costs.mjs reads.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadBoard } from '../dist/boards/board.js';
import { countRegions } from '../dist/build/cycles/count-regions.js';
import { runTool } from '../dist/build/toolchain.js';
import { cyclesOf } from '../dist/compiler/4-plan/choose-kernels.js';
import { PRODUCT_PARAMETERS, productStatements } from '../dist/compiler/5-emit/product.js';
import { compileModel } from '../dist/compiler/compile.js';
import { countingBoard, measureCycles } from '../dist/cycles.js';
import { SeededRandom } from '../dist/fixed/random.js';
import { PACKAGE_ROOT } from '../dist/package-root.js';
import { CORES } from '../dist/targets/cores.js';
import { countsOf, kernelCost } from '../dist/targets/costs.js';
import { WEIGHTS_AS_CODE } from '../dist/targets/kernels/weights-as-code.js';
import { ALL_KERNELS, KERNELS, RUNNABLE } from '../dist/targets/kernels.js';
import { measureFootprints } from './footprints.mjs';
import { codesOf, network } from './random-network.mjs';
import { countOnRp2040 } from './rp2040.mjs';

const { values: options } = parseArgs({
  options: { kernel: { type: 'string' }, core: { type: 'string' }, output: { type: 'string' } },
});
const isPart = options.kernel !== undefined || options.core !== undefined;
const CORE_NAMES = options.core?.split(',') ?? [
  ...['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m55', 'cortex-m0'],
];
const isWanted = ({ symbol }) =>
  options.kernel === undefined ||
  options.kernel.split(',').some((name) => symbol === name || symbol.endsWith(`_${name}`));
/** Inputs and rows. */
const SHAPES = [
  [64, 64],
  [64, 192],
  [128, 256],
  [256, 512],
];
/** More of them for the fit of the cost formulas, with all tables at a time and with four groups. */
const FIT_SHAPES = [
  [16, 96],
  [28, 192],
  [40, 192],
  [61, 60],
  [90, 120],
  [104, 256],
];
/** Matrices of tiny networks, which become code. */
const TINY_SHAPES = [
  [3, 24],
  [8, 24],
  [8, 12],
  [5, 8],
];
/** Shares of zeros in ternary weights; the second for kernels whose time depends on them. */
const ZEROS = [0.33, 0.5, 0.67];
const MANY_ZEROS = [0.5, 0.67, 0.8, 0.9, 0.95];
const STEPS = [
  [16, 32],
  [40, 32],
  [16, 64],
  [40, 64],
  [16, 128],
  [40, 128],
];
const random = new SeededRandom(7);

const array = (ctype, name, values) =>
  `static const ${ctype} ${name}[] __attribute__((aligned(4))) = { ${Array.from(values).join(', ')} };\n`;
const WIDTH = { int8_t: 1, uint8_t: 1, int16_t: 2, uint16_t: 2, int32_t: 4, uint32_t: 4 };

/** One program: every kernel, every shape; the outputs are compared with sums computed here. `count` gives its regions. */
async function countKernels(cases, count) {
  let declarations = '';
  let body = '';
  const prepared = cases.map(({ kernel, cols, rows, format, zeros, block }, k) => {
    const padded = Math.ceil(rows / kernel.tile.rows) * kernel.tile.rows;
    const codes = new Int8Array(padded * cols).fill(format === 'binary' ? -1 : 0);
    codes.set(codesOf(random, format, rows * cols, zeros));
    const weights = { name: 'w', alphabet: format, rows: padded, cols, codes };
    const task = {
      weights,
      accumulate: false,
      fraction: 0,
      block: Math.min(block ?? 1e9, Math.ceil(cols / kernel.tile.inputs)),
    };
    const [inputType, largest] = kernel.input === 's8' ? ['int8_t', 127] : ['int16_t', 32767];
    const x = Int16Array.from({ length: cols }, () => random.integer(2 * largest + 1) - largest);
    const sums = Int32Array.from({ length: padded }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < cols; i++) sum += codes[j * cols + i] * x[i];
      return sum;
    });
    let work = 0;
    let weightBytes = 0;
    const list = kernel.arguments(task).map((argument) => {
      if (argument.kind === 'integer') return argument.value;
      if (argument.kind === 'output') return 'out';
      if (argument.kind === 'scratch') {
        work = argument.elements * WIDTH[argument.ctype];
        return `(${argument.ctype} *)work`;
      }
      if (argument.kind === 'input') {
        declarations += array(inputType, `x${k}`, x);
        return `x${k}`;
      }
      const { ctype, values } = argument.pack();
      weightBytes = argument.bytes;
      declarations += array(ctype, `w${k}`, values);
      return `w${k}`;
    });
    declarations += array('int32_t', `y${k}`, sums);
    const called = kernel.generate ? `product${k}` : kernel.symbol;
    if (kernel.generate)
      declarations += `static RNNQ_KEPT void ${called}(${PRODUCT_PARAMETERS})\n{\n${productStatements(kernel.generate(weights), false).join('\n')}\n}\n`;
    body += `    rnnq_mark_begin();\n    ${called}(${list.join(', ')});\n    rnnq_mark_end();\n`;
    body += `    for (int j = 0; j < ${padded}; j++) { if (out[j] != y${k}[j]) { return ${k + 1}; } }\n`;
    return { task, work, weightBytes };
  });
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-bench-'));
  try {
    writeFileSync(
      join(folder, 'main.c'),
      `#include "rnnq.h"\nvoid rnnq_mark_begin(void);\nvoid rnnq_mark_end(void);\nstatic int32_t out[1024];\nstatic uint32_t work[8192];\n${declarations}\nint main(void)\n{\n${body}    return 0;\n}\n`,
    );
    const written = cases.map((c) => c.kernel).filter((kernel) => kernel.generate === undefined);
    const files = [...new Set(written)].map(({ symbol, op }) =>
      join(PACKAGE_ROOT, 'runtime-c', 'kernels', op, `${symbol.replace('rnnq_', '')}.c`),
    );
    const regions = await count({
      directory: folder,
      sources: [join(folder, 'main.c'), ...files],
      includeDirectories: [join(PACKAGE_ROOT, 'runtime-c', 'include')],
    });
    const isGenerated = cases.some((c) => c.kernel.generate);
    const symbols = isGenerated ? await runTool('arm-none-eabi-nm', ['--print-size', join(folder, 'program.elf')]) : '';
    return cases.map((c, k) => {
      const size = new RegExp(`^\\S+ (\\S+) t product${k}$`, 'm').exec(symbols)?.[1];
      return { ...c, ...prepared[k], ...regions[k], code: Number.parseInt(size ?? 'none', 16) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of code and constants of a kernel's file. */
async function codeBytes(core, { symbol, op }) {
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-bench-'));
  try {
    const source = join(PACKAGE_ROOT, 'runtime-c', 'kernels', op, `${symbol.replace('rnnq_', '')}.c`);
    const object = join(folder, 'kernel.o');
    const flags = [...CORES[core].flags, '-std=c99', '-O2', `-I${join(PACKAGE_ROOT, 'runtime-c', 'include')}`];
    await runTool('arm-none-eabi-gcc', [...flags, '-c', source, '-o', object]);
    const [text, data] = (await runTool('arm-none-eabi-size', [object])).split('\n')[1].trim().split(/\s+/).map(Number);
    return text + data;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const countOn = (core) => async (program) =>
  (await countRegions({ ...program, core, board: loadBoard(countingBoard(core)) })).regions;

/** The model of M0+ beside rp2040js. */
async function secondOpinion() {
  if (!CORE_NAMES.includes('cortex-m0plus')) return [];
  const kernels = KERNELS.filter((k) => /matvec_s8_(ternary_lut4|u8x4|swar8|s8)_c$/.test(k.symbol) && isWanted(k));
  if (kernels.length === 0) return [];
  const cases = kernels.flatMap((kernel) =>
    [SHAPES[1], SHAPES[2]].map(([cols, rows]) => ({ kernel, cols, rows, zeros: 0.5, format: kernel.alphabets[0] })),
  );
  return countKernels(cases, async (program) => {
    const modelled = await countOn('cortex-m0plus')(program);
    const emulated = await countOnRp2040(program, cases.length);
    return modelled.map(({ cycles }, k) => ({ cycles, rp2040js: emulated[k] }));
  });
}

/** The kernels of a plan's products. */
const chosen = ({ choices }) => [...new Set(choices.map((choice) => choice.chosen.symbol))].sort();

/** Cycles of the recurrent layer, from the input's codes to the new state. */
async function countStep(core, model, objective = 'speed') {
  const compilation = compileModel(model, { core, objective });
  const { steps, cycles } = await measureCycles(compilation, core, { count: 4 });
  const of = (filter) => steps.filter(filter).reduce((sum, s) => sum + s.cycles.max, 0);
  return {
    layer: of((s) => s.origin === '/input' || (s.origin === '/layers/0' && s.name !== 'cell_y8')),
    products: of((s) => s.kind === 'call' && s.origin === '/layers/0'),
    all: cycles.max,
    kernels: chosen(compilation.plan),
  };
}

/** JSON with a record a line. */
const lines = (object) =>
  `{\n${Object.entries(object)
    .map(([key, value]) => {
      const list = Array.isArray(value)
        ? `[\n${value.map((v) => JSON.stringify(v)).join(',\n')}\n]`
        : JSON.stringify(value);
      return `${JSON.stringify(key)}: ${list}`;
    })
    .join(',\n')}\n}`;

/** What a kernel is counted on: matrices of random weights. */
function casesOf(kernel) {
  const format = kernel.alphabets[0];
  const made = (list, more) => list.map(([cols, rows]) => ({ kernel, cols, rows, zeros: 0.5, format, ...more }));
  if (kernel.counts !== undefined)
    return MANY_ZEROS.flatMap((zeros) => [
      ...made(SHAPES, { zeros }),
      ...made([...FIT_SHAPES, ...(kernel.generate === undefined ? [] : TINY_SHAPES)], { zeros, fit: true }),
    ]).filter(({ rows, cols, zeros }) => !kernel.generate || rows * cols * (1 - zeros) < 4096);
  return [
    ...(format === 'ternary' ? ZEROS : [0]).flatMap((zeros) => made(SHAPES, { zeros })),
    ...[1e9, ...(kernel.blocks.length > 0 ? [4] : [])].flatMap((block) =>
      made([...FIT_SHAPES, ...(block === 4 ? SHAPES : [])], { block, fit: true }),
    ),
  ];
}

/** Cycles per weight of every shape, and how far the cost formula is off at most. */
function printPart() {
  for (const core of CORE_NAMES)
    for (const kernel of new Set(results.kernels.map((r) => r.kernel))) {
      const own = results.kernels.filter((r) => r.core === core && r.kernel === kernel);
      if (own.length === 0) continue;
      const shapes = own
        .filter((r) => !r.fit && (r.zeros === 0 || r.zeros === 0.5))
        .map((r) => `${r.cols} -> ${r.rows}: ${(r.cycles / (r.cols * r.rows)).toFixed(2)}`);
      const errors = own.flatMap((r) => (r.estimated === null ? [] : [Math.abs(r.estimated / r.cycles - 1)]));
      const formula =
        errors.length === 0 ? 'no cost formula' : `formula off by at most ${(100 * Math.max(...errors)).toFixed(1)} %`;
      process.stdout.write(`${kernel} ${core}: ${shapes.join(', ')}; ${formula}\n`);
    }
  for (const r of results.secondOpinion)
    process.stdout.write(`${r.kernel} ${r.cols} -> ${r.rows}: ${r.cycles} cycles, ${r.rp2040js} on rp2040js\n`);
  if (options.output !== undefined) writeFileSync(options.output, `${lines(results)}\n`);
}

/** By the cost formula; null for a kernel that has none yet. */
const estimate = ({ kernel, task }, core) =>
  kernelCost(kernel, CORES[core].cycles) === null ? null : cyclesOf(kernel, task, core);

const PATH = join(PACKAGE_ROOT, 'bench', 'results', 'kernels.json');
const results = { date: new Date().toISOString().slice(0, 10), kernels: [], steps: [], footprints: [] };
for (const core of CORE_NAMES) {
  const runnable = RUNNABLE[CORES[core].isa];
  const cases = ALL_KERNELS.filter((k) => k.op === 'matvec' && runnable.includes(k.isa) && isWanted(k)).flatMap(
    casesOf,
  );
  const sizes = new Map();
  for (const kernel of new Set(cases.map((c) => c.kernel)))
    if (!kernel.generate) sizes.set(kernel, await codeBytes(core, kernel));
  // programs of a few cases: flash of the emulated boards is limited
  for (let first = 0; first < cases.length; first += 6)
    for (const r of await countKernels(cases.slice(first, first + 6), countOn(core)))
      results.kernels.push({
        ...{ core, kernel: r.kernel.symbol, format: r.format, cols: r.cols, rows: r.rows, zeros: r.zeros },
        ...{ fit: r.fit === true, block: r.task.block, passes: r.kernel.passes(r.task), blockRows: r.kernel.tile.rows },
        ...{ counts: countsOf(r.kernel, r.task) },
        ...{ instructions: r.instructions, cycles: r.cycles, estimated: estimate(r, core) },
        ...{ weightBytes: r.weightBytes, work: r.work, code: r.kernel.generate ? r.code : sizes.get(r.kernel) },
      });
  process.stderr.write(`${core}: ${results.kernels.filter((r) => r.core === core).length} kernel runs\n`);
  if (isPart || core === 'cortex-m0') continue;
  for (const cell of ['lstm', 'gru'])
    for (const [inputs, units] of STEPS) {
      const model = network(random, cell, inputs, units);
      const figures = await countStep(core, model);
      if (inputs === 40 && units === 64) {
        const separate = network(random, cell, inputs, units, { scope: 'separate' });
        figures.balanced = await countStep(core, model, 'balanced');
        figures.separate = await countStep(core, separate);
        figures.separate.balanced = await countStep(core, separate, 'balanced');
        figures.s8 = await countStep(core, network(random, cell, inputs, units, { format: 's8', scope: 'separate' }));
      }
      results.steps.push({ core, cell, inputs, units, ...figures });
    }
}
if (!isPart) results.footprints = await measureFootprints();
results.secondOpinion = (await secondOpinion()).map((r) => ({
  ...{ kernel: r.kernel.symbol, cols: r.cols, rows: r.rows, cycles: r.cycles, rp2040js: r.rp2040js },
}));
/** The record of some kernels whose cost formula is furthest off. */
function worstOf(isOne) {
  const errors = results.kernels
    .filter(({ kernel, estimated }) => isOne(kernel) && estimated !== null)
    .map(({ kernel, core, cols, rows, cycles, estimated }) => ({
      ...{ kernel, core, cols, rows, cycles },
      error: Math.abs(estimated / cycles - 1),
    }));
  return errors.length === 0 ? null : errors.reduce((a, b) => (a.error > b.error ? a : b));
}
const worst = worstOf((kernel) => kernel !== WEIGHTS_AS_CODE.symbol);
results.worstEstimate = { written: worst, generated: worstOf((kernel) => kernel === WEIGHTS_AS_CODE.symbol) };
if (isPart) {
  printPart();
  process.exit(0);
}
mkdirSync(join(PACKAGE_ROOT, 'bench', 'results'), { recursive: true });
writeFileSync(PATH, `${lines(results)}\n`);
process.stderr.write(
  `largest error of a cost formula: ${(100 * worst.error).toFixed(1)} % (${worst.kernel}, ${worst.core}, ${worst.cols} -> ${worst.rows})\n`,
);
await import('./performance-page.mjs').then((page) => page.write(results, readFileSync));
