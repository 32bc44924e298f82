import { z } from 'zod';
import { PLACES } from '../ir/plan.js';
import { evaluationSchema } from './evaluation.js';

/** Version of the JSON that `rnnq report --json` prints; another text where a field changed its meaning or vanished. */
export const REPORT_SCHEMA = 'rnnq-report/1';

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const number = z.number();
const bytes = z.int().nonnegative();
const text = z.string();
const spread = z.object({ min: number, max: number });

const layer = z.object({
  name: text,
  type: text,
  units: z.int(),
  weights: z.int(),
  zeros: z.int(),
  asCode: z.int(),
  weightBytes: bytes,
  bitsPerWeight: z.number(),
  biasBytes: bytes,
  scaleBytes: bytes,
  kernels: list(text),
});

/** Of a model with a front end: what push keeps and works in; frames are steps of the network. */
const streamSizes = z.object({
  framesPerSecond: z.number(),
  tables: bytes,
  stream: bytes,
  scratch: bytes,
  shared: bytes,
});

/** Exact without a compiler: what <name>.report.json of a package holds. */
const computed = z.object({
  rnnq: text,
  model: text,
  /** FNV-1a of the model file. */
  hash: z.int(),
  core: text,
  /** What start-up code copies to RAM; absent: nothing. */
  place: z.enum(PLACES).optional(),
  constants: z.object({ weights: bytes, biases: bytes, scales: bytes, tables: bytes, total: bytes }),
  bitsPerWeight: z.number(),
  weightsAsCode: z.int(),
  stateBytes: bytes,
  scratchBytes: bytes,
  layers: list(layer),
  /** Null or absent: the model has no front end. */
  stream: streamSizes.nullable().optional(),
});

const sizes = { text: bytes, rodata: bytes, data: bytes, bss: bytes };

/** Sections and stack from the C compiler. */
const measured = z.object({
  core: text,
  compiler: text,
  flags: list(text),
  objects: list(z.object({ source: text, ...sizes })),
  total: z.object(sizes),
  stack: list(z.object({ entryPoint: text, bytes, path: list(text), unmeasured: list(text) })),
  unmeasured: list(text),
});

/** What a symbol is for. */
export const SYMBOL_ROLES = ['weights', 'bias', 'scale', 'table', 'kernel', 'step', 'other'] as const;
export type SymbolRole = (typeof SYMBOL_ROLES)[number];

const symbol = z.object({
  name: text,
  source: text,
  bytes,
  section: z.enum(['code', 'constants', 'data', 'bss']),
  role: z.enum(SYMBOL_ROLES),
  /** Name of the layer that it belongs to alone. */
  layer: text.nullable(),
});

const step = z.object({
  origin: text,
  name: text,
  kind: z.enum(['call', 'loop']),
  instructions: spread,
  cycles: spread.nullable(),
});

const part = z.object({ instructions: spread, cycles: spread.nullable() });

const cycles = z.object({
  core: text,
  model: z.object({ name: text, source: text, error: text }).nullable(),
  count: z.int(),
  steps: list(step),
  ...{ instructions: spread, cycles: spread.nullable() },
  /** Where not every step gives an output: the first that does, and means over the steps from one output to the next. */
  period: z.object({ first: z.int(), steps: z.int(), instructions: number, cycles: number.nullable() }).optional(),
  /** Of a frame of samples, beside the step: the front end up to the codes, and what follows the logits. */
  stream: z
    .object({ frames: z.int(), framesPerSecond: z.number().optional(), frontEnd: part, decision: part })
    .optional(),
});

const memory = z.object({
  /** Arrays of the state structure, which live from one time step to the next. */
  state: list(z.object({ name: text, bytes })),
  /** Arrays of the scratch structure: where they are, and the steps of the plan between which they live. */
  scratch: list(z.object({ name: text, bytes, offset: bytes, slot: z.int(), from: z.int(), to: z.int() })),
  /** The calls and loops of a time step, in order. */
  steps: list(text),
});

const kernelChoice = z.object({
  ...{ symbol: text, block: z.int(), cycles: z.number(), weightBytes: bytes, workBytes: bytes, codeBytes: bytes },
});
const choice = z.object({
  name: text,
  rows: z.int(),
  cols: z.int(),
  chosen: kernelChoice,
  candidates: list(kernelChoice),
});

const matrix = z.object({
  layer: text,
  matrix: text,
  format: text,
  rows: z.int(),
  cols: z.int(),
  zeros: z.int(),
  /** Each code that occurs, and how often. */
  histogram: list(z.tuple([z.int(), z.int()])),
  rowZeros: list(z.int()),
});

/** One figure of a task for the three networks; a share has a 95 % interval (Wilson). */
const measure = z.object({
  name: text,
  /** `share` is shown in per cent; any other unit as it is. */
  unit: text,
  better: z.enum(['higher', 'lower']),
  float: z.number().nullable(),
  quantized: z.number(),
  fixed: z.number(),
  /** Decisions or steps that it was measured on. */
  count: z.int(),
});

/** What a task shows beside its figures: a row of PLOTS (src/report/page/plots.ts) draws each kind. */
const plot = z.discriminatedUnion('kind', [
  /** Counts of decisions, [target][decided]. */
  z.object({ kind: z.literal('confusion'), labels: list(text), counts: list(list(z.int())) }),
  /** Predicted against true values. */
  z.object({ kind: z.literal('scatter'), name: text, unit: text, points: list(z.tuple([z.number(), z.number()])) }),
  /** Lines over an x axis: precision over recall, missed over false alarms. */
  z.object({
    kind: z.literal('curves'),
    title: text,
    x: text,
    y: text,
    curves: list(z.object({ name: text, points: list(z.tuple([z.number(), z.number()])) })),
  }),
]);

/** From samples to reports: what the front end and the decision of the model do. */
const stream = z.object({
  /** Samples a second of each channel. */
  sampleRate: z.number(),
  channels: z.int(),
  /** Samples of a frame, and from one frame to the next. */
  ...{ window: z.int(), hop: z.int() },
  /** One text for each block, in order. */
  blocks: list(text),
  decision: text.nullable(),
});

const accuracy = z.object({
  task: text,
  data: text,
  sequences: z.int(),
  /** Decisions on which quantized and fixed-point network differ. */
  changed: z.int(),
  /** The first one is what a budget judges. */
  measures: list(measure),
  plots: list(plot),
});

const training = z.object({
  /** Facts that the trainer wrote into the model. */
  facts: z.record(text, z.union([text, z.number(), z.boolean()])),
  /** Figures over updates; empty where no run folder is known. */
  curves: list(
    z.object({
      name: text,
      training: list(z.tuple([z.number(), z.number()])),
      validation: list(z.tuple([z.number(), z.number()])),
    }),
  ),
});

const energy = z.object({ joules: z.number(), microampsPerMHz: z.number(), volts: z.number(), source: text });

/** The model on a board at one of its clocks. */
const boardTime = z.object({
  board: text,
  description: text,
  /** Name of the operating point. */
  point: text,
  hz: z.int(),
  waitStates: z.int().nullable(),
  /** Cycles of a step: zero wait states, and what waiting for the flash adds; null where that is not modelled. */
  cycles: z.number(),
  stalls: z.number().nullable(),
  /** The same of each call and loop, in order. */
  stallsOfSteps: list(z.number()).nullable(),
  /** How the flash is read: the source of its model, with what is assumed. */
  flash: text.nullable(),
  seconds: z.number(),
  /** Of the time between two steps, where the model says how long that is. */
  share: z.number().nullable(),
  /** Whether flash and RAM of the model, and 2 KiB of stack, fit. */
  fits: z.boolean(),
  energy: energy.nullable(),
  source: text,
});

/** What budgets judge; null is not measured. */
const facts = z.object({
  flash: bytes.nullable(),
  ram: bytes.nullable(),
  stack: bytes.nullable(),
  ...{ cycles: number.nullable(), time: number.nullable(), accuracy: number.nullable() },
});

/** What a report keeps of the one that it is compared with. */
const baseline = z.object({
  model: text,
  hash: z.int(),
  core: text,
  rnnq: text,
  compiler: text.nullable(),
  flags: text.nullable(),
  facts,
  symbols: list(z.object({ name: text, bytes })),
});

/** What `rnnq report --json` prints. */
export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  computed,
  measured: measured.nullable(),
  /** What to install to have the measured part. */
  missing: text.nullable(),
  severalModels: z.object({ shared: bytes, added: bytes }).nullable(),
  /** Every symbol, and what no symbol covers: code and constants add up to measured.total.text. */
  symbols: list(symbol),
  memory,
  choices: list(choice),
  weights: list(matrix),
  /** Null without --cycles or where the core is not emulated. */
  cycles: cycles.nullable(),
  /** Null without --data. */
  accuracy: accuracy.nullable(),
  training,
  /** Null for a model without a front end, and in reports of before there were any. */
  stream: stream.nullable().default(null),
  /** Null without --evaluation. */
  evaluation: evaluationSchema.nullable().default(null),
  /** Seconds from one time step to the next; null where the model does not say. */
  stepSeconds: z.number().positive().nullable(),
  boards: list(boardTime),
  facts,
  /** Null without --baseline. */
  baseline: baseline.nullable(),
});

export type Report = z.infer<typeof reportSchema>;
export type ReportSymbol = Report['symbols'][number];
export type Measure = z.infer<typeof measure>;
export type Plot = z.infer<typeof plot>;
export type Spread = z.infer<typeof spread>;
export type BoardTime = z.infer<typeof boardTime>;
export type Facts = z.infer<typeof facts>;
export type Baseline = z.infer<typeof baseline>;

/** The published JSON schema of a report (docs/report.schema.json). */
export function publishedSchema(): unknown {
  const schema = z.toJSONSchema(reportSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
    },
  });
  return { title: 'What rnnq report --json prints', ...schema };
}
