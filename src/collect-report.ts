import { measureAccuracy } from './accuracy.js';
import {
  type DeviceBoard,
  listBoards,
  loadBoard,
  type OperatingPoint,
  operatingPoints,
  STACK_BYTES,
} from './boards/board.js';
import { PADDING, type SymbolSize } from './build/footprint.js';
import type { Optimization } from './build/toolchain.js';
import { sourceName } from './compiler/5-emit/runtime.js';
import type { Compilation } from './compiler/compile.js';
import { type CycleReport, measureCycles } from './cycles.js';
import type { Dataset } from './data/dataset.js';
import { decisionDef } from './decisions/index.js';
import { footprint } from './footprint.js';
import { outputOf } from './frontends/chain.js';
import { blockDef } from './frontends/index.js';
import type { Matrix, Model } from './ir/model.js';
import { DTYPE_BYTES } from './ir/program.js';
import { factsOf } from './report/facts.js';
import { type BoardTime, REPORT_SCHEMA, type Report, type ReportSymbol, type SymbolRole } from './report/schema.js';
import { measureStreamCycles, type StreamCycles } from './stream-cycles.js';
import type { CoreName } from './targets/cores.js';
import { taskDef } from './tasks/index.js';

export interface ReportOptions {
  /** Counts the cycles of a step in QEMU, where the core is emulated; default false. */
  readonly cycles?: boolean;
  /** Measures the accuracy on the test part of these data. */
  readonly data?: { readonly name: string; readonly dataset: Dataset; readonly most?: number };
  /** Curves of the training, from a run folder. */
  readonly curves?: Report['training']['curves'];
  /** Id of the board whose time and cycles are the report's own. */
  readonly board?: string;
  /** At which of its clocks; default that after reset. */
  readonly clock?: 'reset' | 'fast';
  /** What rnnq eval --stream measured of the model. */
  readonly evaluation?: Report['evaluation'];
  /** What the report is compared with. */
  readonly baseline?: Report['baseline'];
  /** Default -O2. */
  readonly optimization?: Optimization;
}

/** Everything that is known of a compiled model, as `rnnq report --json` prints it. */
export async function collectReport(compilation: Compilation, options: ReportOptions = {}): Promise<Report> {
  const { model, plan, program } = compilation;
  const core = plan.core as CoreName;
  const { computed, measured: all, missing, severalModels } = await footprint(compilation, core, options.optimization);
  const boards = boardsOf(core);
  const points = boards.flatMap(({ flash }) => (flash === null ? [] : [flash]));
  const counted = options.cycles ? await measureCycles(compilation, core, { ...options, points }) : null;
  const stream = options.cycles ? await measureStreamCycles(compilation, core, options) : null;
  const { waiting = [], ...cycles } = counted ?? {};
  const { symbols: found = [], ...measured } = all ?? {};
  const sized = all === null ? null : (measured as Omit<typeof all, 'symbols'>);
  const step = stepSeconds(model);
  const parts = {
    ...{ computed, measured: sized },
    cycles:
      counted === null
        ? null
        : { ...(cycles as Omit<typeof counted, 'waiting'>), ...(stream === null ? {} : { stream }) },
    accuracy: options.data === undefined ? null : accuracyOf(compilation, options.data),
  };
  const times =
    counted?.cycles == null ? [] : timesOnBoards(boards, waiting, parts, counted.cycles.max, step, streamCost(stream));
  const own = times.find(({ board, point }) => board === options.board && point === (options.clock ?? 'reset'));
  return {
    schema: REPORT_SCHEMA,
    ...parts,
    ...{ missing, severalModels },
    symbols: found.map((symbol) => describeSymbol(compilation, symbol)),
    memory: {
      state: program.states.map((id) => {
        const { name, type } = program.tensors[id]!;
        return { name, bytes: type.length * DTYPE_BYTES[type.dtype] };
      }),
      scratch: plan.arrays.map(({ name, bytes, offset, slot, from, to }) => ({ name, bytes, offset, slot, from, to })),
      steps: [...plan.steps.advance, ...plan.steps.output].map((s) => (s.kind === 'call' ? s.symbol : s.name)),
    },
    choices: plan.choices.map(({ name, rows, cols, chosen, candidates }) => ({ name, rows, cols, chosen, candidates })),
    weights: weightsOf(model),
    training: { facts: model.training, curves: options.curves ?? [] },
    stream: streamOf(model),
    evaluation: options.evaluation ?? null,
    stepSeconds: step,
    boards: times,
    facts: factsOf(parts, own === undefined ? null : { cycles: own.cycles + (own.stalls ?? 0), seconds: own.seconds }),
    baseline: options.baseline ?? null,
  };
}

/** What a symbol is for, and the layer it belongs to: constants and steps of the plan bear the model's name in C. */
function describeSymbol(
  { name: model, plan, report }: Compilation,
  { executable, ...symbol }: SymbolSize,
): ReportSymbol {
  const layerOf = (origin: string): string | null =>
    report.layers[Number(/^\/layers\/(\d+)/.exec(origin)?.[1] ?? -1)]?.name ?? null;
  const own = symbol.name.startsWith(`${model}_`) ? symbol.name.slice(model.length + 1) : null;
  const as = (role: SymbolRole, layer: string | null = null): ReportSymbol => ({
    ...symbol,
    name: sourceName(symbol.name),
    ...{ role, layer },
  });
  if (symbol.name === PADDING) return as('other');
  const constant = plan.constants.find(({ name }) => name === own);
  if (constant !== undefined) return as(constant.role, layerOf(constant.origin));
  for (const step of [...plan.steps.advance, ...plan.steps.output]) {
    const origin = step.ops[0]!.origin;
    if (step.kind === 'loop' && step.name === own) return as('step', layerOf(origin));
    // weights that are code
    if (step.kind === 'call' && step.generated !== null && step.symbol === own) return as('weights', layerOf(origin));
  }
  if (/^table_/.test(own ?? '')) return as('table');
  if (symbol.name.startsWith('rnnq_')) return as('kernel');
  return as(executable ? 'step' : 'other');
}

/** How the codes of every matrix are distributed. */
const weightsOf = (model: Model): Report['weights'] =>
  model.layers.flatMap((layer) =>
    Object.entries(layer).flatMap(([name, value]) =>
      isMatrix(value) ? [{ layer: layer.name, matrix: name, ...distribution(value) }] : [],
    ),
  );

const isMatrix = (value: unknown): value is Matrix =>
  typeof value === 'object' && value !== null && 'codes' in value && 'realScale' in value;

function distribution({ format, rows, cols, codes }: Matrix) {
  const counts = new Map<number, number>();
  const rowZeros = new Array<number>(rows).fill(0);
  codes.forEach((code, i) => {
    counts.set(code, (counts.get(code) ?? 0) + 1);
    if (code === 0) rowZeros[Math.floor(i / cols)]!++;
  });
  const histogram = [...counts].sort(([a], [b]) => a - b).map(([code, n]): [number, number] => [code, n]);
  return { format, rows, cols, zeros: counts.get(0) ?? 0, histogram, rowZeros };
}

function accuracyOf(
  { model, program }: Compilation,
  { name, dataset, most }: NonNullable<ReportOptions['data']>,
): NonNullable<Report['accuracy']> {
  const { sequences, count, float, quantized, fixed, changed, meter } = measureAccuracy(
    ...([model, program, dataset, dataset.test, most] as const),
  );
  const figures = taskDef(dataset.task).figures(dataset.task);
  return {
    ...{ task: dataset.task.name, data: name, sequences, changed },
    measures: figures.map(({ metric, unit, better }, i) => ({
      ...{ name: metric, unit, better, count },
      // the trainer recorded the first figure of the float network alone
      float: i === 0 ? float : null,
      quantized: quantized[metric]!,
      fixed: fixed[metric]!,
    })),
    plots: meter.plots?.() ?? [],
  };
}

/** Seconds from one time step to the next, where the model says so. */
function stepSeconds({ input }: Model): number | null {
  const { features, frontEnd } = input;
  if (frontEnd !== undefined) return 1 / outputOf(frontEnd).rate;
  return features === undefined ? null : features.hop / features.sampleRate;
}

/** Cycles of a frame beside the step of the network, without those of waiting for flash; 0 where there are no frames. */
const streamCost = (stream: StreamCycles | null): number =>
  stream === null ? 0 : (stream.frontEnd.cycles?.max ?? 0) + (stream.decision.cycles?.max ?? 0);

/** The front end and the decision in words. */
function streamOf(model: Model): Report['stream'] {
  const { decision, input } = model;
  const { frontEnd } = input;
  if (frontEnd === undefined) return null;
  const { hop, first } = outputOf(frontEnd);
  return {
    ...{ sampleRate: frontEnd.sampleRate, channels: frontEnd.channels, window: first, hop },
    blocks: frontEnd.blocks.map((block) => blockDef(block).describe(block)),
    decision: decision === undefined ? null : decisionDef(decision).describe(decision, model),
  };
}

/** A clock of a board that the core's code runs on. */
type BoardPoint = OperatingPoint & { readonly board: DeviceBoard };

const boardsOf = (core: CoreName): BoardPoint[] =>
  listBoards()
    .map(loadBoard)
    .flatMap((board) =>
      board.runner === 'device' && board.core === core
        ? operatingPoints(board).map((point) => ({ ...point, board }))
        : [],
    );

/** A step on every board of the core; `waiting` has an entry for each point whose flash is known, in order. */
function timesOnBoards(
  points: readonly BoardPoint[],
  waiting: CycleReport['waiting'],
  { computed, measured }: Pick<Report, 'computed' | 'measured'>,
  cycles: number,
  step: number | null,
  besideStep: number,
): BoardTime[] {
  const flash = measured === null ? computed.constants.total : measured.total.text + measured.total.data;
  const ram = computed.stateBytes + computed.scratchBytes + STACK_BYTES;
  const known = points.filter((point) => point.flash !== null);
  return points.map((point): BoardTime => {
    const { board, name, hz, source } = point;
    const waits = waiting[known.indexOf(point)] ?? null;
    const seconds = (cycles + (waits?.cycles ?? 0)) / hz;
    return {
      ...{ board: board.id, description: board.description, point: name, hz, cycles, seconds, source },
      waitStates: point.flash?.waitStates ?? null,
      stalls: waits?.cycles ?? null,
      stallsOfSteps: waits?.steps ?? null,
      flash: point.flash?.timing.source ?? null,
      share: step === null ? null : (seconds + besideStep / hz) / step,
      fits: flash <= board.memory.flash.bytes && ram <= board.memory.ram.bytes,
      energy: energyOf(point, seconds),
    };
  });
}

/** Charge of the running processor alone, where a source says how much it takes. */
function energyOf({ board: { energy }, name, hz }: BoardPoint, seconds: number): BoardTime['energy'] {
  if (energy === undefined || !energy.points.includes(name)) return null;
  const { microampsPerMHz, volts, source } = energy;
  return { joules: microampsPerMHz * 1e-12 * hz * volts * seconds, microampsPerMHz, volts, source };
}
