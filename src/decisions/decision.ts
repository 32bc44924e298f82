import type { Decision } from '../ir/decision.js';
import type { Model, TaskName } from '../ir/model.js';
import type { Constant } from '../ir/plan.js';
import type { StreamField } from '../ir/stream-code.js';
import type { object } from '../validate.js';

/** What a step of a stream reports: the members of the result structure. */
export interface Report {
  /** What is reported now: a class or -1, a set of outputs, 1 or 0; `DecisionDef.named` lists it. */
  readonly found: number;
  /** The figure of the step that decides, whether something is reported or not. */
  readonly value: number;
}

/** The integer evaluation of a decision. */
export interface DecisionTwin {
  reset(): void;
  /**
   * @param logits codes of the outputs of one step
   * @param score of the state after it (N14); 0 in a network without one
   */
  step(logits: ArrayLike<number>, score: number): Report;
}

/** A member of the result structure of the generated C. */
export interface ResultMember {
  readonly name: string;
  readonly ctype: 'int16_t' | 'int32_t' | 'uint32_t';
  /** Where nothing is reported, or no frame is ready. */
  readonly idle: number;
  readonly comment: string;
}

/** What is found, and what it may be for any bytes in the stream structure. */
export interface FoundMember extends ResultMember {
  readonly min: number;
  readonly max: number;
}

/** The figure behind it. */
export interface ValueMember extends ResultMember {
  readonly name: 'margin' | 'score';
}

/** A model that reports. */
export type DecidedModel<D extends Decision = Decision> = Model & { readonly decision: D };

/** A threshold that an evaluation may choose: that of the whole decision, or of one output alone. */
export interface Threshold {
  /** Index of the output; null: of all. */
  readonly output: number | null;
  /** In the unit of model.json. */
  readonly value: number;
  /** What one code is in that unit: the least value, and the least difference that a decision sees. */
  readonly step: number;
  readonly largest: number;
  /** Whether thresholds are compared by their differences or, where they are squares, by their ratios. */
  readonly spacing: 'differences' | 'ratios';
  /** The model with another value of it: a multiple of `step`. */
  readonly at: (value: number) => DecidedModel;
}

/** Settings that all kinds have, as far as they are given: k, and steps. */
export interface DecisionSettings {
  readonly smoothing?: number | undefined;
  readonly refractory?: number | undefined;
}

/** C names: of a member of the stream structure, a constant of the decision, a function or a macro of the model. */
export interface DecisionNames {
  readonly field: (name: string) => string;
  readonly constant: (name: string) => string;
  readonly model: string;
  readonly macro: string;
}

/** One kind of decision: everything that rnnq knows of it. */
export interface DecisionDef<D extends Decision> {
  /** Whose outputs it reads. */
  readonly task: TaskName;
  /** The form of its fields in model.json, without `kind`. */
  readonly fields: Parameters<typeof object>[0];
  /** What of its fields does not fit a model of its task; the message completes "<value> is not". */
  misfit(decision: D, model: Model): { readonly field: string; readonly expected: string } | null;
  twin(decision: D, model: Model): DecisionTwin;
  /** In the order in which frames are recorded and hashed. */
  result(model: Model): { readonly found: FoundMember; readonly value: ValueMember };
  /** Indices of what a report names: classes, outputs; of an anomaly 0. */
  named(found: number): readonly number[];
  /** The words for them. */
  labels(model: Model): readonly string[];
  /**
   * Whether what is found is a state that lasts, which is found again as long as it does, and as soon as it begins; otherwise it is
   * an event, found once, at its end.
   */
  readonly lasting: boolean;
  /** Fraction bits of a report's value. */
  fraction(model: Model): number;
  /** The members of the stream structure. */
  streamFields(model: Model): readonly StreamField[];
  /** Tables in flash. */
  constants(decision: D, model: Model): readonly Omit<Constant, 'role' | 'origin'>[];
  /** Functions of runtime-c/decisions. */
  readonly functions: readonly string[];
  /** Statements that set both members of `result` from `scratch->logits` and `stream->network`. */
  lines(decision: D, model: Model, names: DecisionNames): readonly string[];
  /** How an application reads the result, for the README of a package. */
  example(names: Pick<DecisionNames, 'model' | 'macro'>): readonly string[];
  /** A decision of this kind that reports as much as the model lets it. */
  initial(model: Model, settings: { readonly smoothing: number; readonly refractory: number }): D;
  /** The largest k of the smoothing. */
  readonly maxSmoothing: number;
  /** The model with other settings, where they are given. */
  adjusted(model: DecidedModel<D>, settings: DecisionSettings): DecidedModel<D>;
  /** One or more, wherever model.json has them. */
  thresholds(model: DecidedModel<D>): readonly Threshold[];
  /** For a person: one line. */
  describe(decision: D, model: Model): string;
}
