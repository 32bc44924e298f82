import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchBoard, countingBoard, loadBench } from './boards/board.js';
import { type PushedRecording, type ReplayResult, replay, SELFTEST_FAILED } from './build/replay.js';
import type { CompilerKind, Optimization } from './build/toolchain.js';
import type { Compilation } from './compiler/compile.js';
import { outputOf } from './frontends/chain.js';
import { hostileSignals } from './frontends/hostile.js';
import { compareWithFloat, type FloatComparison } from './interpreter/beside-float.js';
import { readCode, runSequences, stepBytes } from './interpreter/interpret.js';
import { findScaleContradictions, type ScaleContradictions, withScalesOfIntegers } from './interpreter/real-scales.js';
import { compareFrames, recordStreams, type StreamDifference } from './interpreter/stream.js';
import { type Codes, type Model, stepLength } from './ir/model.js';
import { describePlan, type Estimate, type PlanSummary, summaryOf } from './ir/plan.js';
import { DTYPE_BYTES, type Program } from './ir/program.js';
import { CORES, type CoreName } from './targets/cores.js';
import { RUNNABLE } from './targets/kernels.js';

export interface VerifyOptions {
  readonly core: CoreName;
  /** Sequences beside the golden ones: s8 codes of whole steps. */
  readonly sequences?: readonly Codes[];
  /** Recordings beside the hostile signals, for a model with a front end: int16, channels interleaved. */
  readonly recordings?: readonly Int16Array[];
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
  /** From samples to decisions: frames of the front end and their values; null: the model has none. */
  readonly stream: {
    readonly frames: number;
    readonly values: number;
    readonly differences: number;
    readonly first: StreamDifference | null;
  } | null;
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
  const { sequences: extra = [], recordings: own = [], core, ...build } = options;
  const runnable = RUNNABLE[CORES[core].isa];
  const foreign = compilation.plan.kernels.find((symbol) => !runnable.some((isa) => symbol.endsWith(`_${isa}`)));
  if (foreign !== undefined) throw new Error(`${core} cannot run ${foreign}: compile the model for ${core}`);
  const sequences = [...golden.sequences, ...extra];
  const recordings = pushed(model, own);
  const expected = {
    steps: runSequences(program, sequences),
    frames:
      recordings.length === 0
        ? null
        : recordStreams(
            model,
            program,
            recordings.map(({ samples }) => samples),
          ),
  };
  const board = benchFor(core, compilation.plan.estimate);
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-verify-'));
  try {
    const inputSize = stepLength(model.input);
    const result = await replay({ name, files, board, core, directory, sequences, inputSize, recordings, ...build });
    const plan = summaryOf(compilation.plan);
    return { core, board: board.id, plan, ...judge(compilation, sequences, inputSize, expected, result) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The core's own board; one that runs its code too and has more memory, where the model leaves the test less than half of it. */
function benchFor(core: CoreName, { flash, ram }: Estimate): BenchBoard {
  const own = loadBench(CORES[core].board);
  const fits = own.runner === 'host' || (2 * ram <= own.memory.ram.bytes && 2 * flash <= own.memory.flash.bytes);
  return fits ? own : loadBench(countingBoard(core));
}

/** Time samples of a hostile signal beside the first frame, in frames. */
const HOSTILE_FRAMES = 6;

/** Hostile signals and recordings, pushed a few samples at a time, always other ones; none for a model without a front end. */
function pushed({ input: { frontEnd } }: Model, own: readonly Int16Array[]): PushedRecording[] {
  if (frontEnd === undefined) return [];
  const { hop, first } = outputOf(frontEnd);
  const { channels } = frontEnd;
  const hostile = hostileSignals(first + HOSTILE_FRAMES * hop, channels);
  // 1, a whole hop, and numbers that divide neither the hop nor the window; recordings take every number in turn
  const sizes = [hop, 1, Math.max(1, hop - 1), Math.ceil(hop / 3), Math.ceil(hop / 7)];
  return [
    ...hostile.map((samples, i) => ({ samples, channels, push: sizes[i % sizes.length]! })),
    ...own.map((samples, i) => ({ samples, channels, push: 1 + ((hop - 1 + i) % hop) })),
  ];
}

function judge(
  { program, model }: Compilation,
  sequences: readonly Codes[],
  inputSize: number,
  expected: { readonly steps: Uint8Array; readonly frames: Uint8Array | null },
  result: ReplayResult,
): Omit<Verification, 'core' | 'board' | 'plan'> {
  const all = expected.steps.length;
  const { differences, first } = compareSteps(program, sequences, inputSize, expected.steps, result.steps);
  const steps = Math.min(all, result.steps.length) / stepBytes(program);
  const stream = expected.frames === null ? null : compareFrames(model, expected.frames, result.steps.subarray(all));
  const failure = describeFailure(result, all + (expected.frames?.length ?? 0));
  const values = Math.floor(steps) * valuesPerStep(program);
  const passed = differences === 0 && (stream?.differences ?? 0) === 0 && failure === null;
  return { steps: Math.floor(steps), values, differences, first, stream, failure, passed };
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
      const read = (view: DataView) => readCode(view, at, type.dtype);
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
  return head + first + describeStream(v) + (v.failure === null ? '' : `\n  ${v.failure}`);
}

/** `\n  stream: 120 frames of samples, 4320 values, 0 differences` */
function describeStream({ stream }: Verification): string {
  if (stream === null) return '';
  const { frames, values, differences, first } = stream;
  const head = `\n  stream: ${frames} frames of samples, ${values} values, ${differences} differences`;
  if (first === null) return head;
  return `${head}\n  first: ${first.what} ${first.index} of frame ${first.frame}: expected ${first.expected}, found ${first.found}`;
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
    ...(changed === null ? [] : [`${changed} decisions changed`]),
    ...(decibels === null ? [] : [`${decibels.toFixed(1)} dB`]),
    `largest difference ${largestUnits.toFixed(1)} units of an output code`,
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
