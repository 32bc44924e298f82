import type { Decision } from '../ir/decision.js';
import type { StreamField } from '../ir/stream-code.js';
import type { object } from '../validate.js';

/** What a step of a stream reports. */
export interface Report {
  /** The class that is reported now, or -1. */
  readonly found: number;
  /** Of the largest logit over the second one, in codes. */
  readonly margin: number;
}

/** The integer evaluation of a decision. */
export interface DecisionTwin {
  reset(): void;
  /** @param logits codes of one step */
  step(logits: ArrayLike<number>): Report;
}

/** One kind of decision: everything that rnnq knows of it. */
export interface DecisionDef<D extends Decision> {
  /** The form of its fields in model.json, without `kind`. */
  readonly fields: Parameters<typeof object>[0];
  /** What of its fields does not fit a network of so many classes; the message completes "<value> is not". */
  misfit(decision: D, classes: number): { readonly field: string; readonly expected: string } | null;
  twin(decision: D, classes: number): DecisionTwin;
  /** Members of the stream structure. */
  streamFields(classes: number): readonly StreamField[];
  /** Functions of runtime-c/decisions. */
  readonly functions: readonly string[];
  /** Statements that set `result->found` and `result->margin` from `scratch->logits`; `field` names a member. */
  lines(decision: D, classes: number, field: (name: string) => string): readonly string[];
  /** For a person: one line. */
  describe(decision: D, labels: readonly string[]): string;
}
