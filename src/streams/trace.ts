import type { DecidedModel } from '../decisions/decision.js';
import { levelsOf } from '../decisions/flags.js';
import { decisionDef } from '../decisions/index.js';
import { outputOf } from '../frontends/chain.js';
import { StreamInterpreter } from '../interpreter/stream.js';
import { type Model, outputSize } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { comesAt, outputRate } from '../ir/rate.js';

/** A report of a stream. */
export interface StreamReport {
  /** When its last sample came, seconds from the first one. */
  readonly seconds: number;
  /** Index of the class, or of the output; of an anomaly 0. */
  readonly found: number;
  /** Of the result in that step, in codes. */
  readonly value: number;
}

/**
 * What a decision reads of every frame of a stream, from reset and never reset after it: logits, or the scores of a network that
 * finds anomalies; the integers of the chip. They do not depend on the decision, so that one pass through front end and network
 * serves every threshold.
 */
export class Trace {
  /** Frames. */
  readonly frames: number;
  /** Logits of a frame; none where it has a score. */
  readonly #classes: number;
  readonly #logits: Int16Array;
  readonly #scores: Int32Array | null;
  readonly #first: number;
  readonly #hop: number;
  readonly #rate: number;

  /** @param samples int16, channels interleaved */
  constructor(
    readonly model: Model,
    program: Program,
    samples: Int16Array,
  ) {
    const frontEnd = model.input.frontEnd!;
    const { hop, first } = outputOf(frontEnd);
    [this.#first, this.#hop, this.#rate] = [first, hop, frontEnd.sampleRate];
    const steps = samples.length / frontEnd.channels;
    this.frames = steps < first ? 0 : Math.floor((steps - first) / hop) + 1;
    this.#scores = model.anomaly === undefined ? null : new Int32Array(this.frames);
    this.#classes = this.#scores === null ? outputSize(model) : 0;
    this.#logits = new Int16Array(this.frames * this.#classes);
    let frame = 0;
    const { decision, ...rest } = model;
    new StreamInterpreter(rest, program).run(samples, ({ logits, score }) => {
      if (this.#scores === null) this.#logits.set(logits, frame * this.#classes);
      else this.#scores[frame] = score;
      frame++;
    });
  }

  secondsOf(frame: number): number {
    return (this.#first + frame * this.#hop) / this.#rate;
  }

  /**
   * Whether the network says this class, by its largest logit, or this output, by its threshold (N12), in the last frame that ends
   * by this time; no before the first frame. Of classes and outputs alone.
   */
  says(index: number, seconds: number): boolean {
    const frame = Math.floor((Math.round(seconds * this.#rate) - this.#first) / this.#hop);
    if (frame < 0) return false;
    const logits = this.#frame(Math.min(frame, this.frames - 1));
    return this.model.task === 'detect' ? logits[index]! >= levelsOf(this.model)[index]! : largest(logits) === index;
  }

  /**
   * What a decision reports of the stream; of one output, where one is given.
   * @param model that of the trace, with any decision and thresholds
   */
  reports(model: DecidedModel, output: number | null = null): StreamReport[] {
    const def = decisionDef(model.decision);
    const twin = def.twin(model.decision, model);
    const reports: StreamReport[] = [];
    const rate = outputRate(this.model.layers);
    for (let frame = 0; frame < this.frames; frame++) {
      // a decision looks at new outputs only
      if (!comesAt(rate, frame + 1)) continue;
      const { found, value } = twin.step(this.#frame(frame), this.#scores?.[frame] ?? 0);
      for (const index of def.named(found))
        if (output === null || index === output) reports.push({ seconds: this.secondsOf(frame), found: index, value });
    }
    return reports;
  }

  #frame(frame: number): Int16Array {
    return this.#logits.subarray(frame * this.#classes, (frame + 1) * this.#classes);
  }
}

/** The place of the largest value, the first of several. */
const largest = (values: Int16Array): number => values.indexOf(Math.max(...values));
