import { z } from 'zod';
import { DECISION_KINDS, DECISIONS } from '../../decisions/index.js';
import { MAX_AHEAD, MAX_SCORE, MAX_SMOOTHING } from '../../fixed/anomaly-score.js';
import { MAX_DECIMALS } from '../../fixed/output-scale.js';
import { BLOCK_KINDS, BLOCKS, type BlockFile } from '../../frontends/index.js';
import type { Decision } from '../../ir/decision.js';
import { ACTIVATION_FORMATS, type Layer, type LayerType } from '../../ir/model.js';
import type { Plain } from '../../layers/fields.js';
import { fieldsOf, LAYER_TYPES } from '../../layers/index.js';
import { list, object, positive, real, text, variants, whole } from '../../validate.js';

export const MODEL_FORMAT = 'rnnq-model';
/** The version of model.json that this rnnq writes; it reads all up to this one (migrate.ts). */
export const MODEL_VERSION = 2;

/** Largest number of units, inputs or steps a model may name; keeps hostile sizes from exhausting memory. */
export const MAX_SIZE = 65535;
/** Longest golden input. */
export const MAX_GOLDEN_STEPS = 64;
/** Largest |offset| of the input, as in a CSV file. */
export const MAX_INPUT_OFFSET = 1e30;
/** Largest |threshold| of an output, a logit. */
const MAX_THRESHOLD = 32768;
/** Largest scale of the input, and the least one's inverse: as float in the application's C it must not be infinite. */
export const MAX_INPUT_SCALE = 1e36;

const size = whole(1, MAX_SIZE);
const name = text(200);

/** A layer: type, name, units, and the fields of its row in LAYERS. */
export type LayerFile = { readonly type: LayerType; readonly name: string; readonly units: number } & Readonly<
  Record<string, unknown>
>;

const layerOf = (type: LayerType) =>
  object({
    type: z.literal(type),
    name,
    units: size,
    ...Object.fromEntries(fieldsOf(type).map(([key, { schema }]) => [key, schema])),
  });
const [firstLayer, ...otherLayers] = LAYER_TYPES.map(layerOf);
const layer = variants('type', LAYER_TYPES, [firstLayer!, ...otherLayers]) as unknown as z.ZodType<LayerFile>;

const hertz = real(0, 1e6);
/** How sound becomes the network's input: LogMelFeatures of src/ir/model.ts. */
const features = z
  .strictObject({
    kind: z.literal('log-mel'),
    sampleRate: positive(1e6),
    window: size,
    hop: size,
    bands: size,
    lowest: hertz,
    highest: hertz,
    floor: positive(1e30),
  })
  .refine(({ lowest, highest, sampleRate }) => lowest < highest && highest <= sampleRate / 2, {
    path: ['highest'],
    message: 'above lowest and at most half the sampleRate',
  });

/** Name and unit of an element: Channel of src/ir/model.ts. */
const channel = object({ name: text(200), unit: text(20).optional() });
/** How the training data were read: Reading of src/ir/model.ts. Its options are checked where they are used. */
const reading = object({
  kind: text(20),
  options: z.record(
    z.string(),
    z.union(
      [z.string().max(1000), z.number(), z.boolean(), z.array(z.string().max(200)).max(MAX_SIZE)],
      'a number, true, false, a text or a list of texts',
    ),
    'an object',
  ),
  data: text(64).optional(),
});

const [firstBlock, ...otherBlocks] = BLOCK_KINDS.map((kind) =>
  object({ kind: z.literal(kind), ...BLOCKS[kind].fields }),
);
/** A block: kind, and the fields of its row in BLOCKS. */
const block = variants('kind', BLOCK_KINDS, [firstBlock!, ...otherBlocks]) as unknown as z.ZodType<BlockFile>;
const MAX_CHANNELS = 16;
const MAX_BLOCKS = 8;
const frontEnd = object({
  sampleRate: positive(1e6),
  channels: whole(1, MAX_CHANNELS),
  blocks: list(block, 1, MAX_BLOCKS),
});

const [firstDecision, ...otherDecisions] = DECISION_KINDS.map((kind) =>
  object({ kind: z.literal(kind), ...DECISIONS[kind].fields }),
);
const decision = variants('kind', DECISION_KINDS, [
  firstDecision!,
  ...otherDecisions,
]) as unknown as z.ZodType<Decision>;

/** A quantity that the network predicts: OutputQuantity of src/ir/model.ts. */
const quantity = object({
  name: text(200),
  unit: text(40).optional(),
  scale: positive(MAX_INPUT_OFFSET),
  offset: real(-MAX_INPUT_OFFSET, MAX_INPUT_OFFSET),
  decimals: whole(0, MAX_DECIMALS).optional(),
});

const file = object({
  format: z.literal(MODEL_FORMAT, JSON.stringify(MODEL_FORMAT)),
  version: z.literal(MODEL_VERSION, String(MODEL_VERSION)),
  name,
  activationBits: z.literal(16, '16 (or absent: 8)').optional(),
  tables: z.literal('interpolated', '"interpolated" (or absent: nearest entries)').optional(),
  input: z
    .strictObject({
      size,
      encoding: z.literal('one-hot', '"one-hot" (or absent)').optional(),
      fraction: whole(0, 15),
      offset: list(real(-MAX_INPUT_OFFSET, MAX_INPUT_OFFSET), 1),
      scale: list(real(1 / MAX_INPUT_SCALE, MAX_INPUT_SCALE), 1),
      features: features.optional(),
      channels: list(channel).optional(),
      rate: positive(1e9).optional(),
      reading: reading.optional(),
      frontEnd: frontEnd.optional(),
    })
    .refine(
      ({ encoding, size: elements, features: sound }) =>
        sound === undefined || (encoding === undefined && sound.bands === elements),
      {
        path: ['features'],
        message: 'of this input: log-mel features have one band for each element, and no input of theirs is one-hot',
      },
    )
    .refine(({ size: elements, channels }) => channels === undefined || channels.length === elements, {
      path: ['channels'],
      message: 'one for each element of the input',
    })
    .refine(
      ({ encoding, features: sound, frontEnd: chain }) => chain === undefined || (encoding ?? sound) === undefined,
      {
        path: ['frontEnd'],
        message: 'possible: a front end gives values, not one-hot symbols, and takes the place of features',
      },
    ),
  layers: list(layer, 1, 64),
  decision: decision.optional(),
  task: z.enum(['regress', 'detect', 'anomaly'], '"regress", "detect" or "anomaly" (or absent: classes)').optional(),
  labels: list(text(200)),
  outputs: list(quantity).optional(),
  thresholds: list(real(-MAX_THRESHOLD, MAX_THRESHOLD)).optional(),
  anomaly: object({
    ahead: whole(0, MAX_AHEAD),
    smoothing: whole(0, MAX_SMOOTHING),
    threshold: positive(MAX_SCORE),
  }).optional(),
  goldenInput: z.string('a text in base64'),
  training: z.record(
    z.string(),
    z.union(
      [z.string().max(2000), z.number(), z.boolean()],
      'a number, true, false or a text of at most 2000 characters',
    ),
    'an object',
  ),
});

/** The shape of model.json; docs/model.md explains every field. Sizes that must agree are checked in check-model.ts. */
export const modelSchema = file.superRefine(({ activationBits, input, layers }, context) => {
  const bits = activationBits ?? 8;
  const limit = (path: (string | number)[], found: number, [least, most]: readonly [number, number]): void => {
    const ofFraction = String(path.at(-1)).toLowerCase().endsWith('fraction')
      ? ', the fraction bits of values from -1 to 1'
      : '';
    const message = least === most ? `${most}${ofFraction}` : `a whole number from ${least} to ${most}`;
    const code = 'custom';
    if (found < least || found > most) context.addIssue({ code, path, message });
  };
  limit(['input', 'fraction'], input.fraction, [0, ACTIVATION_FORMATS[bits].unitFraction]);
  layers.forEach((one, i) => {
    for (const [key, { limits }] of fieldsOf(one.type))
      if (limits) limit(['layers', i, key], one[key] as number, limits(one as unknown as Plain<Layer>, bits));
  });
});

export type ModelFile = z.infer<typeof modelSchema>;
