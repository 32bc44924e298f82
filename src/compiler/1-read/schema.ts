import { z } from 'zod';
import { PREACTIVATION_FRACTION } from '../../fixed/fixed.js';
import { ACTIVATION_FORMATS, type FormatName } from '../../ir/model.js';
import { QUANTIZERS } from '../../quantizers/index.js';
import { list, object, oneOf, positive, real, text, variants, whole } from '../../validate.js';

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

const size = whole(1, MAX_SIZE);
const fraction = whole(0, 15);
const shift = whole(0, 30);
const bias = list(whole(-(2 ** 30), 2 ** 30));
const name = text(200);

const scale = variants(
  'kind',
  ['shift', 'multiplier'],
  [
    object({ kind: z.literal('shift'), left: whole(0, 15), n: list(shift) }),
    object({
      kind: z.literal('multiplier'),
      pre: whole(0, 30),
      m: list(whole(1, 32767)),
      n: list(shift),
    }),
  ],
);

const matrix = object({
  format: oneOf(Object.keys(QUANTIZERS) as [FormatName, ...FormatName[]]),
  rows: whole(1, Number.MAX_SAFE_INTEGER),
  cols: whole(1, Number.MAX_SAFE_INTEGER),
  codes: z.string('a text in base64'),
  scale,
  realScale: list(positive()),
});

const recurrentLayer = {
  name,
  units: size,
  scope: oneOf(['joint', 'separate']),
  input: matrix,
  recurrent: matrix,
};
const gates = oneOf(['tanh', 'hard']);
const layer = variants(
  'type',
  ['rnn', 'gru', 'lstm', 'affine', 'dense'],
  [
    object({
      type: z.literal('rnn'),
      ...recurrentLayer,
      activation: oneOf(['tanh', 'hard', 'relu']),
      bias,
      hiddenFraction: fraction,
    }),
    object({
      type: z.literal('gru'),
      ...recurrentLayer,
      activation: gates,
      reset: oneOf(['after', 'before']),
      inputBias: bias,
      recurrentBias: bias,
    }),
    object({
      type: z.literal('lstm'),
      ...recurrentLayer,
      activation: gates,
      bias,
      cellFraction: whole(4, 15),
    }),
    object({
      type: z.literal('affine'),
      name,
      units: size,
      m: list(whole(-32767, 32767)),
      n: list(shift),
      bias,
      outputFraction: fraction,
    }),
    object({
      type: z.literal('dense'),
      name,
      units: size,
      activation: oneOf(['linear', 'relu']),
      weights: matrix,
      bias,
      outputFraction: fraction,
    }),
  ],
);

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

const file = object({
  format: z.literal(MODEL_FORMAT, JSON.stringify(MODEL_FORMAT)),
  version: z.literal(MODEL_VERSION, String(MODEL_VERSION)),
  name,
  activationBits: z.literal(16, '16 (or absent: 8)').optional(),
  input: z
    .strictObject({
      size,
      encoding: z.literal('one-hot', '"one-hot" (or absent)').optional(),
      fraction,
      offset: list(real(-MAX_INPUT_OFFSET, MAX_INPUT_OFFSET), 1),
      scale: list(real(1 / MAX_INPUT_SCALE, MAX_INPUT_SCALE), 1),
      features: features.optional(),
    })
    .refine(
      ({ encoding, size: elements, features: sound }) =>
        sound === undefined || (encoding === undefined && sound.bands === elements),
      {
        path: ['features'],
        message: 'of this input: log-mel features have one band for each element, and no input of theirs is one-hot',
      },
    ),
  layers: list(layer, 1, 64),
  labels: list(text(200)),
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
  const { unitFraction } = ACTIVATION_FORMATS[activationBits ?? 8];
  const limit = (path: (string | number)[], found: number, most: number, least = 0): void => {
    const message =
      least === most ? `${most}, as every activation but relu has it` : `a whole number from ${least} to ${most}`;
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
