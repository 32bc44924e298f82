import type { ActivationBits, Codes, InputScaling } from '../ir/model.js';

/** Sequences, whose lengths may differ, and the classes wanted of them. */
export interface Split {
  readonly sequences: readonly Codes[];
  /** One class for each sequence, or one for each of its steps (Dataset.everyStep), -1 where none is wanted. */
  readonly targets: readonly Int32Array[];
}

/** Labelled sequences, already scaled to the codes the chip will see. */
export interface Dataset {
  /** A legal model name. */
  readonly name: string;
  /** Of the codes; default 8. Symbols are s16 in any case. */
  readonly activationBits?: ActivationBits;
  readonly input: InputScaling;
  readonly labels: readonly string[];
  /** A class is wanted at every step, not only after the last one. */
  readonly everyStep: boolean;
  /** Sequences are long streams: training cuts them into windows and carries the state from one to the next. */
  readonly stream: boolean;
  /** What a user should know before training: converted or unread input, features that carry little. */
  readonly warnings?: readonly string[];
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
}
