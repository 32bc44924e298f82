import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBench } from './boards/board.js';
import { type ReplayResult, replay, SELFTEST_FAILED } from './build/replay.js';
import type { CompilerKind, Optimization } from './build/toolchain.js';
import type { Compilation } from './compiler/compile.js';
import { compareWithFloat, type FloatComparison } from './interpreter/beside-float.js';
import { runSequences, stepBytes } from './interpreter/interpret.js';
import { findScaleContradictions, type ScaleContradictions, withScalesOfIntegers } from './interpreter/real-scales.js';
import { type Codes, stepLength } from './ir/model.js';
import { describePlan, type PlanSummary, summaryOf } from './ir/plan.js';
import { DTYPE_BYTES, type Program } from './ir/program.js';
import { CORES, type CoreName } from './targets/cores.js';
import { RUNNABLE } from './targets/kernels.js';

export interface VerifyOptions {
  readonly core: CoreName;
  /** Sequences beside the golden ones: s8 codes of whole steps. */
  readonly sequences?: readonly Codes[];
  readonly compiler?: CompilerKind;
  readonly optimization?: Optimization;
  readonly extraFlags?: readonly string[];
}

/** The first value in which the C and the interpreter differ; steps count from 1 over all sequences. */
export interface Difference {
  /** Name of the state or output, `<layer>_<tensor>`. */
  readonly tensor: string;
  readonly unit: number;
  readonly step: number;
  readonly sequence: number;
  readonly expected: number;
  readonly found: number;
}

export interface Verification {
  readonly core: CoreName;
  readonly board: string;
  /** What the plan was chosen for, within what limits, and its kernels. */
  readonly plan: PlanSummary;
  readonly steps: number;
  /** States and outputs compared. */
  readonly values: number;
  /** Values that differ. */
  readonly differences: number;
  readonly first: Difference | null;
  /** Why the program did not come to its end, where it did not. */
  readonly failure: string | null;
  readonly passed: boolean;
}

/**
 * Builds the generated C for a core, runs it on that core's emulated board over the golden sequences and any others,
 * and compares every state and output of every step with the interpreter. The compilation must be for a core whose kernels
 * this one can run.
 */
export async function verify(compilation: Compilation, options: VerifyOptions): Promise<Verification> {
  const { program, golden, files, name, model } = compilation;
  const { sequences: extra = [], core, ...build } = options;
  const runnable = RUNNABLE[CORES[core].isa];
  const foreign = compilation.plan.kernels.find((symbol) => !runnable.some((isa) => symbol.endsWith(`_${isa}`)));
  if (foreign !== undefined) throw new Error(`${core} cannot run ${foreign}: compile the model for ${core}`);
  const sequences = [...golden.sequences, ...extra];
  const expected = runSequences(program, sequences);
  const board = loadBench(CORES[core].board);
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-verify-'));
  try {
    const inputSize = stepLength(model.input);
    const result = await replay({ name, files, board, core, directory, sequences, inputSize, ...build });
    const plan = summaryOf(compilation.plan);
    return { core, board: board.id, plan, ...judge(program, sequences, inputSize, expected, result) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function judge(
  program: Program,
  sequences: readonly Codes[],
  inputSize: number,
  expected: Uint8Array,
  result: ReplayResult,
): Omit<Verification, 'core' | 'board' | 'plan'> {
  const { differences, first } = compareSteps(program, sequences, inputSize, expected, result.steps);
  const steps = Math.min(expected.length, result.steps.length) / stepBytes(program);
  const failure = describeFailure(result, expected.length);
  const values = Math.floor(steps) * valuesPerStep(program);
  const passed = differences === 0 && failure === null;
  return { steps: Math.floor(steps), values, differences, first, failure, passed };
}

function describeFailure(
  { timedOut, lockedUp, exitCode, steps, console: text }: ReplayResult,
  expected: number,
): string | null {
  if (timedOut) return 'the program did not end in time';
  if (lockedUp) return `the core locked up: ${text.trim()}`;
  if (exitCode === SELFTEST_FAILED) return 'the self-test found a difference';
  if (exitCode !== 0) return `the program ended with code ${exitCode}: ${text.trim()}`;
  return steps.length === expected ? null : `the program wrote ${steps.length} of ${expected} bytes`;
}

const recorded = (program: Program) => [...program.states, program.output].map((id) => program.tensors[id]!);
const valuesPerStep = (program: Program): number => recorded(program).reduce((sum, t) => sum + t.type.length, 0);

/** Counts differing values over all recorded steps and finds the first. */
export function compareSteps(
  program: Program,
  sequences: readonly Codes[],
  inputSize: number,
  expected: Uint8Array,
  found: Uint8Array,
): { differences: number; first: Difference | null } {
  const tensors = recorded(program);
  const bytes = stepBytes(program);
  const [a, b] = [viewOf(expected), viewOf(found)];
  const steps = Math.floor(Math.min(expected.length, found.length) / bytes);
  let differences = 0;
  let first: Difference | null = null;
  let at = 0;
  for (let step = 1; step <= steps; step++) {
    for (const { name, type } of tensors) {
      const size = DTYPE_BYTES[type.dtype];
      const read = (view: DataView) => (size === 1 ? view.getInt8(at) : view.getInt16(at, true));
      for (let unit = 0; unit < type.length; unit++, at += size) {
        if (read(a) === read(b)) continue;
        differences++;
        first ??= {
          tensor: name,
          unit,
          step,
          sequence: sequenceOf(sequences, inputSize, step),
          expected: read(a),
          found: read(b),
        };
      }
    }
  }
  return { differences, first };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function sequenceOf(sequences: readonly Codes[], inputSize: number, step: number): number {
  let end = 0;
  return sequences.findIndex((sequence) => {
    end += sequence.length / inputSize;
    return step <= end;
  });
}

/** For a person: `cortex-m4 (qemu_cortex_m4): 60 steps, 4440 values, 0 differences; size: matvec_ternary_t2u_dsp`. */
export function describeVerification(v: Verification): string {
  const head = `${v.core} (${v.board}): ${v.steps} steps, ${v.values} values, ${v.differences} differences; ${describePlan(v.plan)}`;
  const where = v.first;
  const first =
    where === null
      ? ''
      : `\n  first: ${where.tensor}[${where.unit}] at step ${where.step} (sequence ${where.sequence}): expected ${where.expected}, found ${where.found}`;
  return head + first + (v.failure === null ? '' : `\n  ${v.failure}`);
}

/** A comparison beside float and, where it failed, what the model's own scales have to do with it. */
export interface FloatVerification extends FloatComparison {
  /** Rows whose realScale contradicts their integers; `explain`: with the scales of the integers nothing is outside. */
  readonly scales: (ScaleContradictions & { readonly explain: boolean }) | null;
}

/**
 * Compares the fixed-point network of a compilation with the quantized float network of its model over the golden sequences and
 * any others, step by step (src/interpreter/beside-float.ts). The same for every core.
 */
export function verifyBesideFloat(
  { model, program, golden }: Compilation,
  sequences: readonly Codes[] = [],
): FloatVerification {
  const all = [...golden.sequences, ...sequences];
  const comparison = compareWithFloat(model, program, all);
  const scales = comparison.passed ? null : findScaleContradictions(model);
  if (scales === null) return { ...comparison, scales };
  const { passed: explain } = compareWithFloat(withScalesOfIntegers(model), program, all);
  return { ...comparison, scales: { ...scales, explain } };
}

/** Some lines for a person: the figures, the limit of each tensor, and where it was exceeded first. */
export function describeFloatComparison(comparison: FloatVerification): string {
  const { steps, changed, decibels, largestUnits, tensors, outside, first, scales } = comparison;
  const figures = [
    `${steps} steps`,
    `${changed} decisions changed`,
    ...(decibels === null ? [] : [`${decibels.toFixed(1)} dB`]),
    `largest difference ${largestUnits.toFixed(1)} units of a logit`,
    `${outside} values outside their limits`,
  ];
  const lines = [`fixed point beside float: ${figures.join(', ')}`];
  for (const { tensor, largest, limit } of tensors)
    if (!tensor.endsWith('_argmax'))
      lines.push(`  ${tensor}: at most ${real(largest)} from float, limit ${real(limit)}`);
  if (first !== null) {
    const { layer, tensor, unit, step, sequence, found, low, high } = first;
    const where = `${tensor}[${unit}] of ${layer} at step ${step} (sequence ${sequence})`;
    lines.push(`  first: ${where}: ${real(found)}, must lie in [${real(low)}, ${real(high)}]`);
  }
  if (scales !== null) lines.push(...describeScales(scales));
  return lines.join('\n');
}

function describeScales({
  rows,
  of,
  matrix,
  row,
  realScale,
  ofIntegers,
  explain,
}: ScaleContradictions & { explain: boolean }) {
  const count = `realScale contradicts scale in ${rows} of ${of} rows`;
  const where = `first in ${matrix} row ${row}: realScale ${real(realScale)}, its integers stand for ${real(ofIntegers)}`;
  return [
    `  ${explain ? 'the cause: ' : ''}${count}, ${where}`,
    explain
      ? '  the fixed-point network is within all limits of a float network with the scales of the integers: the model file is wrong, not the C'
      : '  with the scales of the integers some values are outside their limits, too',
    '  hint: the program that wrote model.json must take both from one number: realScale in docs/model.md',
  ];
}

const real = (value: number): string => String(Number(value.toPrecision(4)));
