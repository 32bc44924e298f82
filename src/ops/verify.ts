import {
  DTYPE_RANGE,
  type Op,
  PHASES,
  type PhaseName,
  type Program,
  type Role,
  type TensorId,
  type TensorType,
} from '../ir/program.js';
import { opDef } from './index.js';

/** A rule that a program breaks. `range` complaints can come from a model's numbers, `structure` only from our own mistakes. */
export interface ProgramProblem {
  readonly kind: 'range' | 'structure';
  readonly origin: string;
  readonly message: string;
}

/**
 * Checks a program: shapes and types agree, every local is written once before it is read, every state is written
 * exactly once in `advance` and the output exactly once in `output`, and no int32 operation can overflow. Ranges are proven twice: with the range a state can reach (the
 * update must stay inside what the state declares), and with every bit pattern of input and state (no undefined
 * behaviour whatever the caller passes).
 */
export function verifyProgram(program: Program): ProgramProblem[] {
  return [...verifyRanges(program, 'reachable'), ...verifyRanges(program, 'any')];
}

/** The types of every op's inputs for every bit pattern of input and state, of a program without problems. */
export function anyTypes(program: Program): Map<Op, readonly TensorType[]> {
  const types = new Map<Op, readonly TensorType[]>();
  verifyRanges(program, 'any', (op, inputs) => void types.set(op, inputs));
  return types;
}

/** The same for every input and every state that the network can reach. */
export function reachableTypes(program: Program): Map<Op, readonly TensorType[]> {
  const types = new Map<Op, readonly TensorType[]>();
  verifyRanges(program, 'reachable', (op, inputs) => void types.set(op, inputs));
  return types;
}

function verifyRanges(
  program: Program,
  claim: 'reachable' | 'any',
  visit: (op: Op, inputs: readonly TensorType[]) => void = () => {},
): ProgramProblem[] {
  const problems: ProgramProblem[] = [];
  const known = new Map<TensorId, TensorType>();
  const widest = (type: TensorType): TensorType => {
    const [min, max] = DTYPE_RANGE[type.dtype];
    return { ...type, min, max };
  };
  const start = (id: TensorId) => {
    const { type } = program.tensors[id]!;
    known.set(id, claim === 'any' ? widest(type) : type);
  };
  for (const id of [program.input, ...program.states]) start(id);
  const written = new Set<TensorId>();
  for (const phase of PHASES) {
    for (const op of program.phases[phase]) {
      const complain = (kind: ProgramProblem['kind'], message: string) =>
        problems.push({
          kind,
          origin: op.origin,
          message: `${op.kind} -> ${program.tensors[op.output]!.name}: ${message}`,
        });
      const inferred = inferOutput(op, known, complain, program);
      if (inferred === null) return problems;
      visit(
        op,
        op.inputs.map((id) => known.get(id)!),
      );
      checkOutput(program, op, inferred, claim, phase, written, complain);
      written.add(op.output);
      const isState = program.tensors[op.output]!.role === 'state';
      known.set(op.output, isState && claim === 'reachable' ? program.tensors[op.output]!.type : inferred);
    }
    // between phases only the state and the caller's output survive
    for (const id of [...known.keys()])
      if (program.tensors[id]!.role === 'local' || id === program.input) known.delete(id);
    if (claim === 'any') for (const id of program.states) start(id);
  }
  for (const id of [...program.states, program.output]) {
    const { name } = program.tensors[id]!;
    if (!written.has(id)) problems.push({ kind: 'structure', origin: '', message: `${name} is never written` });
  }
  return problems;
}

/** The phase that may write a tensor of a role; the C of another phase has it as const, or not at all. */
const WRITER: { readonly [R in Exclude<Role, 'local'>]: PhaseName | null } = {
  input: null,
  state: 'advance',
  output: 'output',
};

function inferOutput(
  op: Op,
  known: ReadonlyMap<TensorId, TensorType>,
  complain: (kind: ProgramProblem['kind'], message: string) => void,
  program: Program,
): TensorType | null {
  const def = opDef(op);
  if (op.inputs.length !== def.arity) {
    complain('structure', `has ${op.inputs.length} inputs, needs ${def.arity}`);
    return null;
  }
  const inputs: TensorType[] = [];
  for (const id of op.inputs) {
    const type = known.get(id);
    if (type === undefined) {
      complain('structure', `reads ${program.tensors[id]?.name ?? id} before it is written`);
      return null;
    }
    inputs.push(type);
  }
  try {
    return def.infer(op, inputs);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    complain('range', error.message);
    return null;
  }
}

function checkOutput(
  program: Program,
  op: Op,
  inferred: TensorType,
  claim: 'reachable' | 'any',
  phase: PhaseName,
  written: ReadonlySet<TensorId>,
  complain: (kind: ProgramProblem['kind'], message: string) => void,
): void {
  const { type, role } = program.tensors[op.output]!;
  if (role !== 'local' && WRITER[role] !== phase) complain('structure', `writes the ${role} in phase ${phase}`);
  if (written.has(op.output)) complain('structure', 'is written twice');
  for (const field of ['dtype', 'fraction', 'length'] as const)
    if (type[field] !== inferred[field])
      complain('structure', `has ${field} ${type[field]}, the op gives ${inferred[field]}`);
  if (claim === 'reachable' && (inferred.min < type.min || inferred.max > type.max))
    complain('range', `can reach [${inferred.min}, ${inferred.max}], outside its declared [${type.min}, ${type.max}]`);
}
