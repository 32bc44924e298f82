import type { Diagnostic } from '../diagnostics.js';
import { outputRate } from '../ir/rate.js';
import { type Flattened, windowOfSteps } from './all-steps.js';
import { problemOf } from './check-layer.js';
import {
  importActivation,
  importAllSteps,
  importBranches,
  importPadding,
  importShape,
  importUnreadable,
  importValue,
  inFile,
} from './diagnostics.js';
import {
  activationName,
  type FloatActivation,
  type FloatConv1d,
  type FloatDense,
  type FloatEmbedding,
  type FloatLayer,
  type FloatPool,
  type FloatRecurrent,
  type FloatRepeat,
  type FloatScaleShift,
  GATE_COUNTS,
  type Head,
  isWeighted,
  scaledRows,
} from './float-network.js';
import type { Imported, Origin, SourceLayer } from './importer.js';
import { layerText } from './layer-text.js';
import { reconstructionProblem, repeatOf, repeatProblem } from './reconstruction.js';

type Nameless<L> = Omit<L, 'name' | 'type'>;

/** An activation in the words of a file; softmax can only be the end of a network. */
export type NamedActivation = FloatActivation | 'softmax';

/**
 * The chain of layers that a reader builds while it walks through its file. Shapes, values and the order of layers are
 * checked here, for all formats alike; complaints are collected, so that a user sees all of them at once.
 */
export class Chain {
  readonly #layers: FloatLayer[] = [];
  readonly #table: SourceLayer[] = [];
  readonly #notes = new Set<string>();
  readonly #problems: Diagnostic[] = [];
  #softmax = false;
  /** Layers whose last outputs read zeros behind the end. */
  readonly #late: { readonly source: string; readonly late: number }[] = [];
  /** Outputs of the last layer; null before the first one, and behind one that was refused. */
  #units: number | null = null;
  /** All steps side by side, which the dense layer behind reads. */
  #flattened: Flattened | null = null;
  #allSteps = false;

  constructor(readonly path: string) {}

  /** A layer or node of the file, for complaints. */
  at(source: string): string {
    return inFile(this.path, source);
  }

  /** Whether nothing was complained about. */
  get sound(): boolean {
    return this.#problems.length === 0;
  }

  /** Outputs of the last layer; null in front of the first one, and behind one that was refused. */
  get units(): number | null {
    return this.#units;
  }

  get last(): FloatLayer | undefined {
    return this.#layers.at(-1);
  }

  note(text: string): void {
    this.#notes.add(text);
  }

  /** Something that rnnq cannot do. Layers behind it are read as well, for the sake of their own complaints. */
  refuse(source: string, problem: Diagnostic): void {
    this.#problems.push(problem);
    this.#table.push({ source, became: `refused (${problem.code})` });
    this.#units = null;
  }

  /** A layer that computes nothing when the network runs. */
  dropped(source: string, why: string): void {
    this.#table.push({ source, became: why });
  }

  recurrent(source: string, type: FloatRecurrent['type'], layer: Nameless<FloatRecurrent>): void {
    const { units, inputs } = layer;
    const rows = GATE_COUNTS[type] * units;
    const name = `${type}${this.#layers.length}`;
    this.#add(
      source,
      // only a GRU has a reset gate
      { type, name, ...layer, reset: type === 'gru' ? layer.reset : 'after' },
      {
        input: rows * inputs,
        recurrent: rows * units,
        inputBias: rows,
        recurrentBias: rows,
      },
    );
  }

  dense(source: string, layer: Nameless<FloatDense>): void {
    if (this.#flattened !== null) {
      this.#denseOfSteps(source, layer, this.#flattened);
      return;
    }
    const { units, inputs } = layer;
    const name = `dense${this.#layers.length}`;
    this.#add(source, { type: 'dense', name, ...layer }, { weights: units * inputs, bias: units });
  }

  /** All steps of a sequence side by side: the dense layer behind it has weights for each. */
  flatten(source: string, steps: number | null, channelsFirst = false): void {
    this.#flattened = { source, steps, channelsFirst };
    this.dropped(source, 'all steps, for the dense layer behind it');
  }

  /** A dense layer of all steps is one window. */
  #denseOfSteps(source: string, layer: Nameless<FloatDense>, flattened: Flattened): void {
    this.#flattened = null;
    const found = windowOfSteps(layer, flattened, this.#units);
    if (found === null) {
      const { steps } = flattened;
      const what = `${steps === null ? 'steps' : `${steps} steps`} of ${this.#units ?? 'some'} values`;
      this.refuse(source, importValue(this.at(source), `reads ${layer.inputs} values, in front of it are ${what}`));
      return;
    }
    const { window, ...own } = found;
    // one step is a dense layer
    if (window === 1) this.dense(source, { ...layer, ...own });
    else this.conv1d(source, { ...layer, ...own, window, first: window, stride: window });
    this.#noteAllSteps(source, window);
  }

  /** The largest or the mean of all steps. */
  poolOfSteps(source: string, units: number, steps: number, f: FloatPool['function']): void {
    this.pool(source, { units, inputs: units, window: steps, first: steps, stride: steps, function: f });
    this.#noteAllSteps(source, steps);
  }

  #noteAllSteps(source: string, steps: number): void {
    this.#allSteps = true;
    this.note(`${source}: reads all ${steps} steps of a sequence, there is an output after the last of them`);
  }

  /**
   * A convolution over time; weights are units x (window x inputs), the oldest input first. `late`: inputs behind the end of a
   * sequence that its last outputs read as zeros, which a device has not seen yet.
   */
  conv1d(source: string, layer: Nameless<FloatConv1d>, late = 0): void {
    const { units, inputs, window } = layer;
    const name = `conv${this.#layers.length}`;
    this.#add(source, { type: 'conv1d', name, ...layer }, { weights: units * window * inputs, bias: units });
    this.#noteLate(source, late);
  }

  /** The last vector of a window, as many times as the window has steps. */
  repeat(source: string, layer: Nameless<FloatRepeat>): void {
    const problem = repeatProblem(this.at(source), layer, this.#layers);
    if (problem === null) this.#add(source, { type: 'repeat', name: `repeat${this.#layers.length}`, ...layer }, {});
    else this.refuse(source, problem);
  }

  pool(source: string, layer: Nameless<FloatPool>): void {
    const name = `pool${this.#layers.length}`;
    this.#add(source, { type: 'pool', name, ...layer }, {});
  }

  #noteLate(source: string, late: number): void {
    if (late > 0 && this.sound) this.#late.push({ source, late });
  }

  scaleShift(source: string, { scale, shift }: Pick<FloatScaleShift, 'scale' | 'shift'>): void {
    const units = scale.length;
    const name = `scale${this.#layers.length}`;
    const layer: FloatScaleShift = { type: 'scaleShift', name, units, inputs: units, scale, shift };
    this.#add(source, layer, { scale: units, shift: units });
  }

  embedding(source: string, layer: Nameless<FloatEmbedding>): void {
    if (this.#layers.length > 0) {
      this.refuse(source, importBranches(this.at(source), 'an embedding that is not the first layer'));
      return;
    }
    const { units, inputs } = layer;
    this.#add(source, { type: 'embedding', name: 'embedding0', ...layer }, { table: units * inputs });
  }

  /** An activation that the file has as a layer of its own. */
  activation(source: string, activation: NamedActivation): void {
    const { last } = this;
    if (activation === 'linear') this.dropped(source, 'nothing');
    else if (activation === 'softmax') {
      this.#softmax = true;
      this.dropped(source, 'the decision for the largest output, which is the same');
    } else if (isWeighted(last) && last.activation === 'linear' && this.#units !== null) {
      this.#layers[this.#layers.length - 1] = { ...last, activation };
      this.dropped(source, `${activationName(activation)} of ${last.name}`);
    } else if (last?.type === 'scaleShift' && this.#normalized(last)) this.activation(source, activation);
    else {
      const hint = 'put it behind a dense layer, or give the recurrent layer its standard activation';
      this.refuse(source, importActivation(this.at(source), activationName(activation), 'here', hint));
    }
  }

  /** A scale and shift behind a linear layer becomes part of it, so that an activation can follow: convolution, normalization, relu. */
  #normalized(scaled: FloatScaleShift): boolean {
    const linear = this.#layers.at(-2);
    if (!isWeighted(linear) || linear.activation !== 'linear' || this.#units === null) return false;
    this.#layers.splice(-2, 2, scaledRows(linear, scaled));
    this.note(`${scaled.name} became part of ${linear.name}`);
    return true;
  }

  /** y = x s + t of what came before: part of a dense layer in front, or a layer. */
  scaled(source: string, scale: Float64Array | null, shift: Float64Array | null): void {
    const units = this.#units ?? scale?.length ?? shift?.length ?? 0;
    const spread = (values: Float64Array | null, otherwise: number): Float64Array =>
      Float64Array.from({ length: units }, (_, j) =>
        values === null ? otherwise : values[values.length === 1 ? 0 : j]!,
      );
    const { last } = this;
    const sizes = [scale, shift].flatMap((values) => (values === null || values.length === 1 ? [] : [values.length]));
    if (sizes.some((size) => size !== units)) {
      this.refuse(source, importShape(this.at(source), 'the operand', [units], [sizes[0]!]));
      return;
    }
    const [factors, terms] = [spread(scale, 1), spread(shift, 0)];
    if (isWeighted(last) && last.activation === 'linear' && scale === null && this.#units !== null) {
      this.#layers[this.#layers.length - 1] = { ...last, bias: last.bias.map((b, j) => b + terms[j]!) };
      this.dropped(source, `bias of ${last.name}`);
    } else this.scaleShift(source, { scale: factors, shift: terms });
  }

  /** The whole network; `everyStep` says whether the source gives an output after every step. */
  finish(origin: Origin, { everyStep, window }: { everyStep: boolean; window: number | null }): Imported {
    let head: Head = this.#softmax ? 'softmax' : 'linear';
    const { last } = this;
    if (isWeighted(last) && last.activation === 'sigmoid' && head === 'linear') {
      head = 'sigmoid';
      this.#layers[this.#layers.length - 1] = { ...last, activation: 'linear' };
    }
    this.#refuseFlattened();
    for (const { source, late } of this.#late) {
      if (!everyStep) this.#problems.push(importPadding(this.at(source), late));
      else this.note(`${source}: outputs come ${late} steps later than the source counts them, the last ${late} never`);
    }
    const unlike = reconstructionProblem(this.path, this.#layers, { head, everyStep, window });
    if (unlike !== null && this.sound) this.#problems.push(unlike);
    if (this.#layers.length === 0 && this.sound)
      this.#problems.push(importUnreadable(this.path, 'it has no layers with weights'));
    const [first] = this.#layers;
    const encoding = first?.type === 'embedding' ? 'symbols' : 'values';
    const steps = this.#allSteps ? outputRate(this.#layers).first : (repeatOf({ layers: this.#layers })?.steps ?? null);
    const input = { size: first?.inputs ?? 0, encoding, window: window ?? steps } as const;
    return {
      origin,
      network: { input, layers: this.#layers, head, everyStep, ...(this.#allSteps && { allSteps: true }) },
      table: this.#table,
      notes: [...this.#notes],
      problems: this.#problems,
    };
  }

  /** Only a dense layer reads all steps side by side. */
  #refuseFlattened(): void {
    const flattened = this.#flattened;
    this.#flattened = null;
    if (flattened !== null) this.refuse(flattened.source, importAllSteps(this.at(flattened.source), 'Flatten'));
  }

  #add(source: string, layer: FloatLayer, lengths: Readonly<Record<string, number>>): void {
    this.#refuseFlattened();
    const problem = this.#softmax
      ? importBranches(this.at(source), 'a layer that reads the outputs of a softmax')
      : problemOf(this.at(source), layer, this.#units, lengths, this.#layers);
    if (problem !== null) {
      this.refuse(source, problem);
      return;
    }
    this.#layers.push(layer);
    this.#table.push({ source, became: layerText(layer) });
    this.#units = layer.units;
  }
}
