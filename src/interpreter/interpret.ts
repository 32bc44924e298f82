import type { Codes } from '../ir/model.js';
import { DTYPE_BYTES, type DType, type Op, type PhaseName, type Program, type TensorId } from '../ir/program.js';
import { opDef } from '../ops/index.js';

/** Runs a Program on the golden semantics of src/ops. One instance holds one state; arrays are made once. */
export class Interpreter {
  readonly #values: Int32Array[];
  readonly #steps: { readonly [P in PhaseName]: readonly (() => boolean)[] };

  constructor(readonly program: Program) {
    this.#values = program.tensors.map(({ type }) => new Int32Array(type.length));
    /** Does an op; whether its phase ends with it. */
    const bind = (op: Op): (() => boolean) => {
      const inputs = op.inputs.map((id) => this.#values[id]!);
      const output = this.#values[op.output]!;
      const { evaluate, ends } = opDef(op);
      return () => {
        const isLast = ends?.(op, inputs) ?? false;
        evaluate(op, inputs, output);
        return isLast;
      };
    };
    const { advance, output, argmax } = program.phases;
    this.#steps = { advance: advance.map(bind), output: output.map(bind), argmax: argmax.map(bind) };
  }

  /** All states to zero. */
  reset(): void {
    for (const id of this.program.states) this.#values[id]!.fill(0);
  }

  /** One time step; `x` holds the input's codes. Whether it gave a new output: layers may wait for further inputs. */
  advance(x: ArrayLike<number>): boolean {
    this.#values[this.program.input]!.set(x);
    for (const run of this.#steps.advance) if (run()) return false;
    return true;
  }

  /** Logits from the present state; the array is overwritten by the next call. */
  output(): Int32Array {
    for (const run of this.#steps.output) run();
    return this.#values[this.program.output]!;
  }

  /** Lowest index of the largest logit of the last output(); undefined where outputs are no classes. */
  argmax(): number | undefined {
    for (const run of this.#steps.argmax) run();
    const last = this.program.phases.argmax.at(-1);
    return last && this.#values[last.output]![0]!;
  }

  /** Codes of any tensor as they stand now. */
  read(id: TensorId): Int32Array {
    return this.#values[id]!;
  }
}

/** Bytes of one recorded step: every state in declaration order, then the output, little-endian. */
export const stepBytes = (program: Program): number =>
  [...program.states, program.output].reduce((sum, id) => {
    const { dtype, length } = program.tensors[id]!.type;
    return sum + DTYPE_BYTES[dtype] * length;
  }, 0);

/** A recorded code. */
export function readCode(view: DataView, at: number, dtype: DType): number {
  if (dtype === 's8') return view.getInt8(at);
  return dtype === 's16' ? view.getInt16(at, true) : view.getInt32(at, true);
}

/** Writes every state and the output of the present step at `at`; returns the end. */
export function recordStep(interpreter: Interpreter, view: DataView, at: number): number {
  const { program } = interpreter;
  for (const id of [...program.states, program.output]) {
    const { dtype } = program.tensors[id]!.type;
    for (const code of interpreter.read(id)) {
      if (dtype === 's8') view.setInt8(at, code);
      else if (dtype === 's16') view.setInt16(at, code, true);
      else view.setInt32(at, code, true);
      at += DTYPE_BYTES[dtype];
    }
  }
  return at;
}

/** Runs whole sequences from reset; returns all recorded steps one after the other. */
export function runSequences(program: Program, sequences: readonly Codes[]): Uint8Array {
  const size = program.tensors[program.input]!.type.length;
  const steps = sequences.reduce((sum, s) => sum + s.length / size, 0);
  const bytes = new Uint8Array(steps * stepBytes(program));
  const view = new DataView(bytes.buffer);
  const interpreter = new Interpreter(program);
  let at = 0;
  for (const sequence of sequences) {
    interpreter.reset();
    for (let t = 0; t < sequence.length; t += size) {
      interpreter.advance(sequence.subarray(t, t + size));
      interpreter.output();
      at = recordStep(interpreter, view, at);
    }
  }
  return bytes;
}
