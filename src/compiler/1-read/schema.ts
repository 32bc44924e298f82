import { z } from 'zod';
import { PREACTIVATION_FRACTION } from '../../fixed/fixed.js';
import { ACTIVATION_FORMATS, type FormatName } from '../../ir/model.js';
import { QUANTIZERS } from '../../quantizers/index.js';

/** The version of model.json that this rnnq reads and writes. */
export const MODEL_FORMAT = 'rnnq-model';
export const MODEL_VERSION = 1;

/** Largest number of units, inputs or steps a model may name; keeps hostile sizes from exhausting memory. */
export const MAX_SIZE = 65535;
/** Longest golden input. */
export const MAX_GOLDEN_STEPS = 64;
/** Largest |offset| of the input, as in a CSV file. */
export const MAX_INPUT_OFFSET = 1e30;
/** Largest scale of the input, and the least one's inverse: as float in the application's C it must not be infinite. */
export const MAX_INPUT_SCALE = 1e36;

const size = z.int().min(1).max(MAX_SIZE);
const fraction = z.int().min(0).max(15);
const shift = z.int().min(0).max(30);
const int32 = z.int().min(-2147483648).max(2147483647);
const bias = z.array(int32.min(-(2 ** 30)).max(2 ** 30));
const name = z.string().max(200);

const scale = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shift'), left: z.int().min(0).max(15), n: z.array(shift) }),
  z.strictObject({
    kind: z.literal('multiplier'),
    pre: z.int().min(0).max(30),
    m: z.array(z.int().min(1).max(32767)),
    n: z.array(shift),
  }),
]);

const matrix = z.strictObject({
  format: z.enum(Object.keys(QUANTIZERS) as [FormatName, ...FormatName[]]),
  rows: z.int().min(1),
  cols: z.int().min(1),
  codes: z.string(),
  scale,
  realScale: z.array(z.number().positive()),
});

const recurrentLayer = {
  name,
  units: size,
  scope: z.enum(['joint', 'separate']),
  input: matrix,
  recurrent: matrix,
};
const gates = z.enum(['tanh', 'hard']);
const layer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('rnn'),
    ...recurrentLayer,
    activation: z.enum(['tanh', 'hard', 'relu']),
    bias,
    hiddenFraction: fraction,
  }),
  z.strictObject({
    type: z.literal('gru'),
    ...recurrentLayer,
    activation: gates,
    reset: z.enum(['after', 'before']),
    inputBias: bias,
    recurrentBias: bias,
  }),
  z.strictObject({
    type: z.literal('lstm'),
    ...recurrentLayer,
    activation: gates,
    bias,
    cellFraction: z.int().min(4).max(15),
  }),
  z.strictObject({
    type: z.literal('affine'),
    name,
    units: size,
    m: z.array(z.int().min(-32767).max(32767)),
    n: z.array(shift),
    bias,
    outputFraction: fraction,
  }),
  z.strictObject({
    type: z.literal('dense'),
    name,
    units: size,
    activation: z.enum(['linear', 'relu']),
    weights: matrix,
    bias,
    outputFraction: fraction,
  }),
]);

const hertz = z.number().min(0).max(1e6);
/** How sound becomes the network's input: LogMelFeatures of src/ir/model.ts. */
const features = z
  .strictObject({
    kind: z.literal('log-mel'),
    sampleRate: hertz.positive(),
    window: z.int().min(1).max(MAX_SIZE),
    hop: z.int().min(1).max(MAX_SIZE),
    bands: size,
    lowest: hertz,
    highest: hertz,
    floor: z.number().positive().max(1e30),
  })
  .refine(({ lowest, highest, sampleRate }) => lowest < highest && highest <= sampleRate / 2, {
    path: ['highest'],
    message: 'must be above lowest and at most half the sampleRate',
  });

const file = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  version: z.literal(MODEL_VERSION),
  name,
  activationBits: z.literal(16).optional(),
  input: z
    .strictObject({
      size,
      encoding: z.literal('one-hot').optional(),
      fraction,
      offset: z.array(z.number().min(-MAX_INPUT_OFFSET).max(MAX_INPUT_OFFSET)).min(1),
      scale: z
        .array(
          z
            .number()
            .min(1 / MAX_INPUT_SCALE)
            .max(MAX_INPUT_SCALE),
        )
        .min(1),
      features: features.optional(),
    })
    .refine(
      ({ encoding, size: elements, features: sound }) =>
        sound === undefined || (encoding === undefined && sound.bands === elements),
      {
        path: ['features'],
        message: 'log-mel features have one band for each element of the input, which is not one-hot',
      },
    ),
  layers: z.array(layer).min(1).max(64),
  labels: z.array(z.string().max(200)),
  goldenInput: z.string(),
  training: z.record(z.string(), z.union([z.string().max(2000), z.number(), z.boolean()])),
});

/** The shape of model.json; docs/model.md explains every field. Sizes that must agree are checked in check-model.ts. */
export const modelSchema = file.superRefine(({ activationBits, input, layers }, context) => {
  const { unitFraction } = ACTIVATION_FORMATS[activationBits ?? 8];
  const limit = (path: (string | number)[], found: number, most: number, least = 0): void => {
    const message = least === most ? `must be ${most} unless the activation is relu` : `must be ${least} to ${most}`;
    const code = 'custom';
    if (found < least || found > most) context.addIssue({ code, path, message });
  };
  limit(['input', 'fraction'], input.fraction, unitFraction);
  layers.forEach((one, i) => {
    if (one.type === 'affine') limit(['layers', i, 'outputFraction'], one.outputFraction, unitFraction);
    if (one.type !== 'rnn') return;
    const [least, most] =
      one.activation === 'relu' ? [0, Math.min(PREACTIVATION_FRACTION, unitFraction)] : [unitFraction, unitFraction];
    limit(['layers', i, 'hiddenFraction'], one.hiddenFraction, most, least);
  });
});

export type ModelFile = z.infer<typeof modelSchema>;
export type MatrixFile = ModelFile['layers'][number] extends infer L
  ? L extends { weights: infer M }
    ? M
    : never
  : never;
