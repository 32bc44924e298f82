import { z } from 'zod';
import { list } from '../validate.js';

const share = z.object({ count: z.int(), hours: z.number().positive(), rate: z.number(), bound: z.number() });

/** What `rnnq eval --stream` measured at one threshold: StreamFigures of src/streams/evaluate.ts. */
const figures = z.object({
  /** In the unit of model.json. */
  threshold: z.number(),
  marks: z.int(),
  hits: z.int(),
  wrong: z.int(),
  between: z.int(),
  /** From the end of a mark to its report, seconds. */
  latency: z.object({ median: z.number(), late: z.number() }).nullable(),
  /** Null without a background. */
  falseAlarms: share.nullable(),
});

/** One threshold of the decision: that of the class with the margin, or of one output. */
const part = {
  sweep: list(figures, 1),
  /** At the model's threshold, or at the chosen one; null where there is none. */
  figures: figures.nullable(),
};

/** What a report keeps of an evaluation of streams. */
export const evaluationSchema = z.object({
  /** What was listened to. */
  what: z.string(),
  seconds: z.number(),
  parts: list(z.object({ label: z.string().nullable(), ...part }), 1),
});

const fields = z.record(z.string(), z.unknown());
/** `anomaly`: of a model that finds anomalies, with its threshold. */
const common = { what: z.string(), seconds: z.number(), decision: fields.nullable(), anomaly: fields.optional() };

/** What `rnnq eval --stream --json` prints, as far as a report needs it: of one decision, or of each output. */
const evaluationFiles = {
  decision: z.object({ ...common, ...part }),
  outputs: z.object({ ...common, outputs: list(z.object({ label: z.string(), ...part }), 1) }),
};

type EvaluationFile = z.infer<(typeof evaluationFiles)[keyof typeof evaluationFiles]>;

/** The schema of a file of either kind. */
export const evaluationFileOf = (json: unknown): z.ZodType<EvaluationFile> =>
  typeof json === 'object' && json !== null && 'outputs' in json ? evaluationFiles.outputs : evaluationFiles.decision;

export type Evaluation = z.infer<typeof evaluationSchema>;
export type StreamPoint = z.infer<typeof figures>;
