import { stepsOf } from '../cells/index.js';
import type { Kernels } from './kernels.js';
import { type Arena, type LayerRanges, type LayerShape, pad8 } from './layout.js';
import type { ParameterBlock } from './parameters.js';
import {
  type BufferKind,
  type CellSteps,
  type ChipFormats,
  type LayerMemory,
  type Rows,
  SHARED,
  TimeStep,
} from './step.js';
import { GEMM } from './wasm.js';

/** What a pass over a layer needs to know. */
export interface LayerPass {
  /** Address of the input: rows of inputStride floats, or one i32 symbol a row. */
  readonly x: number;
  readonly symbols: boolean;
  readonly chip: ChipFormats | null;
  /** Rows of each time step whose sequence has not ended: they come first. */
  readonly active: Int32Array;
}

/** One recurrent layer over a whole batch: forward, and back-propagation through time. Rows are time-major. */
export class EngineLayer {
  readonly units: number;
  /** gates x units */
  readonly gateRow: number;
  readonly #at: Readonly<Record<Buffer, number>>;
  readonly #cell: CellSteps;
  readonly #memory: LayerMemory;
  /** Buffers of one step that begin the backward pass at zero. */
  readonly #slots: readonly number[];
  /** Gradient of the outputs of steps 1.., [steps][batch][units]; the layer above fills it. */
  readonly dOutputs: number;

  constructor(
    readonly shape: LayerShape,
    readonly steps: number,
    readonly batch: number,
    readonly parameters: ParameterBlock,
    readonly gradient: ParameterBlock,
    arena: Arena,
  ) {
    this.units = pad8(shape.units);
    this.gateRow = parameters.gateRow;
    this.#cell = stepsOf(shape);
    const [g, u, rows, i] = [this.gateRow, this.units, steps * batch, parameters.inputStride];
    const sizes: Record<Buffer, number> = {
      packedInput: i * g,
      packedRecurrent: u * g,
      packedBack: u * g,
      packedDown: i * g,
      packedGradient: rows * g,
      scaleShift: shape.scaleShiftInput ? rows * i : 0,
      dScaleShift: shape.scaleShiftInput ? rows * i : 0,
      dOutputs: rows * u,
    };
    const [step, stepOfGates] = [batch * u, batch * g];
    const forms: Readonly<Record<BufferKind, { readonly stride: number; readonly size: number }>> = {
      gates: { stride: stepOfGates, size: steps * stepOfGates },
      units: { stride: step, size: steps * step },
      states: { stride: step, size: (steps + 1) * step },
      slots: { stride: 0, size: step },
    };
    this.#at = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, arena.floats(size)])) as Record<
      Buffer,
      number
    >;
    const buffers: Readonly<Record<string, BufferKind>> = { ...SHARED, ...this.#cell.buffers };
    const places = Object.entries(buffers).map(([name, kind]): [string, Rows] => {
      const { stride, size } = forms[kind];
      return [name, { at: arena.floats(size), stride: stride * 4 }];
    });
    this.#slots = places.flatMap(([name, { at }]) => (buffers[name] === 'slots' ? [at] : []));
    const { packedRecurrent, packedBack } = this.#at;
    const { recurrentBias } = parameters.at;
    this.#memory = {
      ...{ shape, units: u, gateRow: g, rows: Object.fromEntries(places) },
      ...{ recurrentBias, packedRecurrent, packedBack },
    };
    this.dOutputs = this.#at.dOutputs;
  }

  /** A buffer of the cell. */
  #buffer(name: string): number {
    return this.#memory.rows[name]!.at;
  }

  /** Packs the parameters for a pass. */
  pack(k: Kernels): void {
    const [g, u, at, p] = [this.gateRow, this.units, this.#at, this.parameters.at];
    k.packPanels(p.input, this.parameters.inputStride, g, g, 1, at.packedInput);
    k.packPanels(p.recurrent, u, g, g, 1, at.packedRecurrent);
    for (const { first, gates } of this.#cell.products)
      k.packPanels(p.recurrent + first * u * 4, gates * u, u, 1, g, at.packedBack + first * u * u * 4);
  }

  /** Rows of the outputs of steps 1..: what the layer above reads. */
  get outputs(): number {
    return this.#buffer('h8') + this.batch * this.units * 4;
  }

  /** Buffers that hold the state, [steps + 1][batch][units] each: the matvec input, and what else the cell remembers. */
  states(chip: boolean): readonly [number, number] {
    const [input, memory] = this.#cell.states(chip);
    return [this.#buffer(input), this.#buffer(memory)];
  }

  forward(k: Kernels, pass: LayerPass): void {
    this.#inputProduct(k, pass);
    const rowU = this.batch * this.units * 4;
    for (let t = 0; t < this.steps; t++) {
      const active = pass.active[t]!;
      if (active > 0) this.#cell.forward(new TimeStep(k, this.#memory, t, active, pass.chip));
      if (active < this.batch)
        for (const state of new Set(this.states(pass.chip !== null))) this.#hold(k, state + t * rowU, active);
    }
  }

  /** The states of ended sequences stay as they are. */
  #hold(k: Kernels, state: number, active: number): void {
    const next = state + this.batch * this.units * 4;
    const skipped = active * this.units * 4;
    const count = (this.batch - active) * this.units;
    k.fill(count, next + skipped, 0);
    k.addInto(count, next + skipped, state + skipped);
  }

  /** xPart = W x + b over all steps at once. */
  #inputProduct(k: Kernels, { x, symbols, chip }: LayerPass): void {
    const { at: p, inputStride: i } = this.parameters;
    const [rows, g, at] = [this.steps * this.batch, this.gateRow, this.#at];
    const xPart = this.#buffer('xPart');
    if (symbols) {
      k.gatherRows(rows, g, this.shape.inputs, x, p.input, p.inputBias, xPart);
      return;
    }
    let input = x;
    if (this.shape.scaleShiftInput) {
      k.scaleShiftForward(
        rows,
        i,
        x,
        p.inputScale,
        p.inputShift,
        chip?.scaleShiftScale ?? 0,
        chip?.largest ?? 0,
        at.scaleShift,
      );
      input = at.scaleShift;
    }
    k.gemm(rows, g, i, input, i, 1, at.packedInput, xPart, g, GEMM.fromBias, p.inputBias);
  }

  /** Gradients of all parameters; writes the gradient of the input into `dx` where a layer below needs it. */
  backward(k: Kernels, pass: LayerPass, dx: number | null): void {
    const [g, u] = [this.gateRow, this.units];
    const [rowG, rowU] = [this.batch * g * 4, this.batch * u * 4];
    for (const at of this.#slots) k.fill(this.batch * u, at, 0);
    const gradients = new Set(['dPre', this.#cell.dRecurrent ?? 'dPre']);
    for (let t = this.steps - 1; t >= 0; t--) {
      const active = pass.active[t]!;
      k.addInto(this.batch * u, this.#buffer('dh'), this.dOutputs + t * rowU);
      if (active > 0) this.#cell.backward(new TimeStep(k, this.#memory, t, active, pass.chip));
      if (active === this.batch) continue;
      const ended = (this.batch - active) * g;
      for (const name of gradients) k.fill(ended, this.#buffer(name) + t * rowG + active * g * 4, 0);
    }
    this.#recurrentGradients(k);
    this.#inputGradients(k, pass, dx);
  }

  #recurrentGradients(k: Kernels): void {
    const [g, u, { packedGradient }, d] = [this.gateRow, this.units, this.#at, this.gradient.at];
    const rows = this.steps * this.batch;
    const { dRecurrent, products } = this.#cell;
    const toState = this.#buffer(dRecurrent ?? 'dPre');
    k.packPanels(toState, rows, g, g, 1, packedGradient);
    if (dRecurrent !== null) k.columnSums(rows, g, toState, d.recurrentBias);
    else k.fill(g, d.recurrentBias, 0);
    for (const { of, first, gates } of products) {
      const [panels, out] = [packedGradient + first * u * rows * 4, d.recurrent + first * u * 4];
      k.gemm(u, gates * u, rows, this.#buffer(of), 1, u, panels, out, g, GEMM.fromZero, 0);
    }
  }

  #inputGradients(k: Kernels, { x, symbols, chip }: LayerPass, dx: number | null): void {
    const { at: p, inputStride: i } = this.parameters;
    const [g, at, d] = [this.gateRow, this.#at, this.gradient.at];
    const dPre = this.#buffer('dPre');
    const rows = this.steps * this.batch;
    k.columnSums(rows, g, dPre, d.inputBias);
    if (symbols) {
      k.fill(i * g, d.input, 0);
      k.scatterRows(rows, g, this.shape.inputs, x, dPre, d.input);
      return;
    }
    if (this.#cell.dRecurrent !== null) k.packPanels(dPre, rows, g, g, 1, at.packedGradient);
    const scaleShift = this.shape.scaleShiftInput ?? false;
    k.gemm(i, g, rows, scaleShift ? at.scaleShift : x, 1, i, at.packedGradient, d.input, g, GEMM.fromZero, 0);
    const down = scaleShift ? at.dScaleShift : dx;
    if (down === null) return;
    k.packPanels(p.input, g, i, 1, g, at.packedDown);
    k.gemm(rows, i, g, dPre, g, 1, at.packedDown, down, i, GEMM.fromZero, 0);
    if (!scaleShift) return;
    const [scale, largest] = [chip?.scaleShiftScale ?? 0, chip?.largest ?? 0];
    k.scaleShiftBackward(rows, i, x, p.inputScale, p.inputShift, scale, largest, down, d.inputScale, d.inputShift);
    if (dx === null) return;
    k.fill(rows * i, dx, 0);
    k.addInto(rows * i, dx, down);
  }

  /** Largest |c|, h and |u| of the last pass (0 where the layer has none). */
  ranges(k: Kernels): LayerRanges {
    const { activation, scaleShiftInput } = this.shape;
    const { cellState } = this.#cell;
    const all = (this.steps + 1) * this.batch * this.units;
    return {
      cell: cellState === null ? 0 : k.largest(all, this.#buffer(cellState)),
      hidden: activation === 'relu' ? k.largest(all, this.#buffer('h8')) : 0,
      scaleShift: scaleShiftInput
        ? k.largest(this.steps * this.batch * this.parameters.inputStride, this.#at.scaleShift)
        : 0,
    };
  }

  /** Recomputes the products W x and U h of the last pass into `out` ([rows][gates x units]), without biases. */
  product(k: Kernels, which: 'input' | 'recurrent', { x, symbols }: LayerPass, out: number, zero: number): void {
    const [rows, g, u, at] = [this.steps * this.batch, this.gateRow, this.units, this.#at];
    const { at: p, inputStride: i } = this.parameters;
    if (which === 'recurrent') {
      for (const { of, first, gates } of this.#cell.products) {
        const panels = at.packedRecurrent + first * u * u * 4;
        k.gemm(rows, gates * u, u, this.#buffer(of), u, 1, panels, out + first * u * 4, g, GEMM.fromZero, 0);
      }
    } else if (symbols) k.gatherRows(rows, g, this.shape.inputs, x, p.input, zero, out);
    else
      k.gemm(
        rows,
        g,
        i,
        this.shape.scaleShiftInput ? at.scaleShift : x,
        i,
        1,
        at.packedInput,
        out,
        g,
        GEMM.fromZero,
        0,
      );
  }

  /** Room for product(): the gradients of the pre-activations, which a forward pass does not need. */
  get productRoom(): number {
    return this.#buffer('dPre');
  }
}

type Buffer =
  | ('packedInput' | 'packedRecurrent' | 'packedBack' | 'packedDown' | 'packedGradient')
  | ('scaleShift' | 'dScaleShift' | 'dOutputs');
