import { type Codes, type Model, outputFraction, stepLength } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { Arithmetic } from './arithmetic.js';
import type { LayerState, StateName } from './float-steps/float-step.js';
import { floatStep } from './float-steps/index.js';
import { Interpreter } from './interpret.js';
import { pointsOf, type Values } from './intervals.js';
import { handedOn, inputOf, isStateful, stepLayer, stepLayers, zeroState } from './quantized-float.js';

/** A value of the fixed-point network outside what the float network, its tables and its roundings allow. */
export interface Deviation {
  /** JSON path of the layer. */
  readonly layer: string;
  /** `<layer>_h`, `<layer>_c`, `<layer>_y` for the network's output, `<layer>_argmax` for its decision. */
  readonly tensor: string;
  readonly unit: number;
  /** Counts from 1 over all sequences. */
  readonly step: number;
  readonly sequence: number;
  /** What fixed point gives, and between what it must lie; real values. */
  readonly found: number;
  readonly low: number;
  readonly high: number;
}

/** One tensor of one layer over all steps. */
export interface TensorDistance {
  readonly tensor: string;
  readonly layer: string;
  /** Values compared, and those outside their limits. */
  readonly values: number;
  readonly outside: number;
  /** Largest |fixed point - middle of the limits| and largest limit (half the distance of its ends), as real values. */
  readonly largest: number;
  readonly limit: number;
}

export interface FloatComparison {
  readonly steps: number;
  /** Steps whose decision, the lowest index of the largest logit, differs from that of the float network; null: no classes. */
  readonly changed: number | null;
  /** Logits: signal to error, dB; null where one of both is zero. */
  readonly decibels: number | null;
  /** Logits: largest difference, in units of their codes. */
  readonly largestUnits: number;
  readonly tensors: readonly TensorDistance[];
  /** Values outside their limits, in all. */
  readonly outside: number;
  readonly first: Deviation | null;
  readonly passed: boolean;
}

/**
 * The fixed-point network beside the quantized float network of the same model. Every step starts from the fixed-point state
 * before it, so that nothing accumulates. Twice: as one float step through the whole network, which saturates where the
 * contract does (decisions, dB, units); and layer by layer in intervals that hold all roundings and the tables' steps, which
 * every state and logit must lie in (Arithmetic.rounding). A layer reads what fixed point gave it, so that a fault shows in its
 * own layer.
 *
 * The float side reads the Model alone: a fault of the lowering, of a pass or of an op shows here, and nowhere between C and
 * interpreter, which run the same program.
 */
export function compareWithFloat(model: Model, program: Program, sequences: readonly Codes[]): FloatComparison {
  const comparison = new Comparison(model, program);
  sequences.forEach((sequence, index) => {
    comparison.run(sequence, index);
  });
  return comparison.result();
}

class Comparison {
  readonly #interpreter: Interpreter;
  readonly #tensors: Distance[] = [];
  /** Of each layer: where its states are compared. */
  readonly #states: readonly { readonly [name in StateName]?: Distance }[];
  /** Fraction bits of each layer's input. */
  readonly #fractions: readonly number[];
  readonly #layerStates: number;
  readonly #output: Distance;
  /** Null where outputs are no classes. */
  readonly #decision: Distance | null;
  readonly #outputFraction: number;
  #first: Deviation | null = null;
  #steps = 0;
  #changed = 0;
  #signal = 0;
  #error = 0;
  #largest = 0;

  constructor(
    readonly model: Model,
    readonly program: Program,
  ) {
    this.#interpreter = new Interpreter(program);
    const { layers, activationBits } = model;
    const distance = (index: number, name: string): Distance => {
      const made = new Distance(`/layers/${index}`, `${layers[index]!.name}_${name}`);
      this.#tensors.push(made);
      return made;
    };
    this.#fractions = [
      model.input.fraction,
      ...layers.slice(0, -1).map((layer) => outputFraction(layer, activationBits)),
    ];
    this.#states = layers.map((_, i) =>
      Object.fromEntries(Object.keys(this.#fractionsOf(i)).map((name) => [name, distance(i, name)])),
    );
    this.#layerStates = this.#states.reduce((sum, own) => sum + Object.keys(own).length, 0);
    this.#output = distance(layers.length - 1, 'y');
    this.#decision = program.phases.argmax.length === 0 ? null : distance(layers.length - 1, 'argmax');
    const last = layers.at(-1)!;
    this.#outputFraction = this.#fractionsOf(layers.length - 1).h ?? outputFraction(last, activationBits);
  }

  /** Fraction bits of the states of a layer. */
  #fractionsOf(index: number) {
    const { layers, activationBits } = this.model;
    return floatStep(layers[index]!).states(layers[index]!, activationBits, this.#fractions[index]!);
  }

  /** One sequence from reset. */
  run(sequence: Codes, index: number): void {
    const { model } = this;
    const interpreter = this.#interpreter;
    const width = stepLength(model.input);
    interpreter.reset();
    let before: readonly LayerState[] = model.layers.map(zeroState);
    for (let t = 0; t < sequence.length; t += width) {
      const codes = sequence.subarray(t, t + width);
      interpreter.advance(codes);
      const logits = pointsOf(interpreter.output(), this.#outputFraction);
      const after = this.#fixedStates();
      this.#steps++;
      this.#noteLogits(this.#floatStep(codes, before, t / width), logits);
      this.#checkStep(codes, before, t / width, after, logits, index);
      if (this.#decision !== null) {
        const largest = pointsOf([indexOfLargest(logits.low)], 0);
        this.#check(this.#decision, pointsOf([interpreter.argmax()!], 0), largest, index);
      }
      before = after;
    }
  }

  result(): FloatComparison {
    const tensors = this.#tensors.map((tensor) => tensor.result());
    const outside = tensors.reduce((sum, tensor) => sum + tensor.outside, 0);
    const [signal, error] = [this.#signal, this.#error];
    return {
      steps: this.#steps,
      changed: this.#decision === null ? null : this.#changed,
      decibels: signal > 0 && error > 0 ? 10 * Math.log10(signal / error) : null,
      largestUnits: this.#largest * 2 ** this.#outputFraction,
      tensors,
      outside,
      first: this.#first,
      passed: outside === 0,
    };
  }

  /** States of all layers as fixed point has them now. */
  #fixedStates(): LayerState[] {
    const { model, program } = this;
    // states that are no layer's come first
    let next = program.states.length - this.#layerStates;
    return model.layers.map((layer, i) => {
      const states = { ...zeroState(layer) };
      for (const [name, fraction] of Object.entries(this.#fractionsOf(i)))
        states[name as StateName] = pointsOf(this.#interpreter.read(program.states[next++]!), fraction);
      return states;
    });
  }

  /** Logits of one float step through the whole network. */
  #floatStep(codes: Codes, before: readonly LayerState[], step: number): Float64Array {
    return stepLayers(this.model, inputOf(this.model, codes), before, step, Arithmetic.SATURATING).at(-1)!.h.low;
  }

  #noteLogits(float: Float64Array, { low: fixed }: Values): void {
    if (this.#decision !== null && indexOfLargest(float) !== indexOfLargest(fixed)) this.#changed++;
    float.forEach((value, j) => {
      const difference = Math.abs(fixed[j]! - value);
      this.#signal += value * value;
      this.#error += difference * difference;
      this.#largest = Math.max(this.#largest, difference);
    });
  }

  /** Every state and logit against its limits. */
  #checkStep(
    codes: Codes,
    before: readonly LayerState[],
    step: number,
    after: readonly LayerState[],
    logits: Values,
    sequence: number,
  ): void {
    const { layers, activationBits: bits } = this.model;
    let input = inputOf(this.model, codes);
    let h = input.values as Values;
    const rounding = Arithmetic.rounding(this.model);
    let waits = false;
    layers.forEach((layer, i) => {
      const held = waits && isStateful(layer, bits);
      const allowed = held ? before[i]! : stepLayer(this.model, i, input, before[i]!, step, rounding);
      waits ||= allowed.waits ?? false;
      for (const [name, distance] of Object.entries(this.#states[i]!))
        this.#check(distance, after[i]![name as StateName]!, allowed[name as StateName]!, sequence);
      h = this.#states[i]!.h === undefined ? allowed.h : after[i]!.h;
      input = handedOn(layer, h, bits, rounding);
    });
    this.#check(this.#output, logits, h, sequence);
  }

  #check(distance: Distance, found: Values, allowed: Values, sequence: number): void {
    const unit = distance.note(found.low, allowed);
    if (unit < 0 || this.#first !== null) return;
    const [low, high] = [allowed.low[unit]!, allowed.high[unit]!];
    const { layer, tensor } = distance;
    this.#first = { layer, tensor, unit, step: this.#steps, sequence, found: found.low[unit]!, low, high };
  }
}

/** Collects how far one tensor is from its limits. */
class Distance {
  #values = 0;
  #outside = 0;
  #largest = 0;
  #limit = 0;

  constructor(
    readonly layer: string,
    readonly tensor: string,
  ) {}

  /** The first unit outside its limits, or -1. */
  note(found: Float64Array, { low, high }: Values): number {
    let first = -1;
    found.forEach((value, j) => {
      this.#largest = Math.max(this.#largest, Math.abs(value - (low[j]! + high[j]!) / 2));
      this.#limit = Math.max(this.#limit, (high[j]! - low[j]!) / 2);
      this.#values++;
      if (value >= low[j]! && value <= high[j]!) return;
      this.#outside++;
      if (first < 0) first = j;
    });
    return first;
  }

  result(): TensorDistance {
    const { layer, tensor } = this;
    return {
      ...{ layer, tensor, values: this.#values, outside: this.#outside },
      ...{ largest: this.#largest, limit: this.#limit },
    };
  }
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let j = 1; j < values.length; j++) if (values[j]! > values[best]!) best = j;
  return best;
}
