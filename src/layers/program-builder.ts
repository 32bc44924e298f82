import { ACTIVATION_FORMATS, type ActivationBits, type TableReading } from '../ir/model.js';
import type {
  Op,
  OpAttributes,
  OpKind,
  PhaseName,
  Program,
  Role,
  Tensor,
  TensorId,
  TensorType,
} from '../ir/program.js';
import { opDef } from '../ops/index.js';

/** Why a layer cannot be lowered: its numbers leave int32. `origin` is a JSON path. */
export class LoweringError extends Error {
  constructor(
    readonly origin: string,
    message: string,
  ) {
    super(message);
  }
}

/** Where the result of an op goes: a new tensor, or the existing one `into` (a state). */
export type Target = { readonly name: string; readonly role?: Role } | { readonly into: TensorId };

/** Collects tensors and ops; types of results follow from the ops' own inference. */
export class ProgramBuilder {
  readonly #tensors: Tensor[] = [];
  readonly #names = new Set<string>();
  readonly #states: TensorId[] = [];
  readonly #phases: Record<PhaseName, Op[]> = { advance: [], output: [], argmax: [] };
  phase: PhaseName = 'advance';
  /** JSON path and name of the layer being lowered. */
  origin = '';
  layer = '';

  /** The inputs of its window before this one, where recurrent layers begin each window with zeros (N17). */
  window: TensorId | null = null;

  constructor(
    readonly activationBits: ActivationBits,
    readonly tables: TableReading = 'nearest',
  ) {}

  /** What a matrix may multiply. */
  get activation(): (typeof ACTIVATION_FORMATS)[ActivationBits] {
    return ACTIVATION_FORMATS[this.activationBits];
  }

  declare(name: string, role: Role, type: TensorType): TensorId {
    const id = this.#tensors.length as TensorId;
    let full = this.layer ? `${this.layer}_${name}` : name;
    // layers `a` and `a_z` can both make an `a_z_acc`
    while (this.#names.has(full)) full += '_';
    this.#names.add(full);
    this.#tensors.push({ name: full, role, type });
    if (role === 'state') this.#states.push(id);
    return id;
  }

  typeOf(id: TensorId): TensorType {
    return this.#tensors[id]!.type;
  }

  /** Whether a tensor is the symbol of a one-hot input; codes of an input are never read but by their narrow. */
  isSymbol(id: TensorId): boolean {
    return this.#tensors[id]!.role === 'input';
  }

  /** What a recurrent layer reads of its state of the step before: the state, or zeros where a window begins (N17). */
  past(state: TensorId): TensorId {
    if (this.window === null) return state;
    const { min, max } = this.typeOf(state);
    const name = `${this.#tensors[state]!.name.slice(this.layer.length + 1)}_past`;
    return this.add('resume', [state, this.window], { initial: 0, limit: Math.max(-min, max) }, { name });
  }

  /** Adds an op to the present phase. */
  add<K extends OpKind>(kind: K, inputs: readonly TensorId[], attributes: OpAttributes[K], target: Target): TensorId {
    const draft = { kind, inputs, output: -1 as TensorId, attributes, origin: this.origin } as Op<K>;
    let type: TensorType;
    try {
      type = opDef(draft).infer(
        draft,
        inputs.map((id) => this.typeOf(id)),
      );
    } catch (error) {
      if (error instanceof RangeError) throw new LoweringError(this.origin, error.message);
      throw error;
    }
    const output = 'into' in target ? target.into : this.declare(target.name, target.role ?? 'local', type);
    this.#phases[this.phase].push({ ...draft, output } as Op);
    return output;
  }

  finish(input: TensorId, output: TensorId): Program {
    return { tensors: this.#tensors, phases: this.#phases, input, output, states: this.#states };
  }
}
