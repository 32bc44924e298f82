import { z } from 'zod';
import { throwIfAny } from '../diagnostics.js';
import { badTrainingOption } from './diagnostics.js';

const schema = z.strictObject({
  cell: z.enum(['gru', 'lstm']).default('gru'),
  /** Units of each recurrent layer. */
  units: z.array(z.int().min(1).max(1024)).min(1).max(4).default([32]),
  method: z.enum(['ternary', 'none']).default('ternary'),
  rowScale: z.enum(['shift', 'multiplier']).default('shift'),
  scope: z.enum(['joint', 'separate']).default('separate'),
  /** Factor of the ternary threshold. */
  threshold: z.number().positive().max(3).default(0.7),
  /** Weight format of the dense head; the method `none` always exports s8. */
  head: z.enum(['ternary', 's8']).default('s8'),
  epochs: z.int().min(1).max(100000).default(10),
  batch: z.int().min(1).max(4096).default(64),
  /** Peak learning rate of gains, biases and the head. */
  rate: z.number().positive().max(10).default(5e-3),
  /** Factor of the rate for weight matrices. */
  matrixRate: z.number().positive().max(10).default(1),
  seed: z.int().min(0).max(4294967295).default(1),
  /** Part of the training after which activations are those of the chip; 1 = never. */
  fakeQuantizationFrom: z
    .number()
    .min(0)
    .max(1)
    .default(2 / 3),
  name: z.string().optional(),
});

export type TrainOptions = z.input<typeof schema>;
export type CheckedTrainOptions = z.output<typeof schema>;

/** Fills in defaults; throws a diagnostic for each option that is out of range. */
export function checkTrainOptions(options: TrainOptions): CheckedTrainOptions {
  const result = schema.safeParse(options);
  if (!result.success)
    throwIfAny(result.error.issues.map((i) => badTrainingOption(i.path.map(String).join('.'), i.message)));
  return result.data!;
}
