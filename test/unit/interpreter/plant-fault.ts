import { lower } from '../../../src/compiler/2-lower/lower.js';
import { DiagnosticError } from '../../../src/diagnostics.js';
import type { Layer, Model } from '../../../src/ir/model.js';
import { allOps, type Op, type OpKind, PHASES, type Program } from '../../../src/ir/program.js';

/** A mistake of a lowering, a pass or an op: the program it makes of a model, or null where the model has no place for it. */
export interface Fault {
  readonly name: string;
  plant(model: Model): Program | null;
}

/** Lowers the model with its first layer of some types changed. */
export const inLayer = <L extends Layer>(
  name: string,
  accepts: (layer: Layer) => layer is L,
  change: (layer: L, model: Model) => Layer | null,
): Fault => ({
  name,
  plant(model) {
    const at = model.layers.findIndex((layer) => accepts(layer));
    if (at < 0) return null;
    const changed = change(model.layers[at] as L, model);
    if (changed === null) return null;
    return lowered({ ...model, layers: model.layers.map((layer, i) => (i === at ? changed : layer)) });
  },
});

/** A faulty model can leave int32, which the compiler refuses: then nothing is planted. */
function lowered(model: Model): Program | null {
  try {
    return lower(model);
  } catch (error) {
    if (error instanceof DiagnosticError) return null;
    throw error;
  }
}

/** The program of the model with the first op of a kind, whose result has some name, replaced; or taken out by null. */
export const inOp = <K extends OpKind>(
  name: string,
  kind: K,
  accepts: (op: Op<K>, tensor: string) => boolean,
  change: (op: Op<K>, program: Program) => Op | null,
): Fault => ({
  name,
  plant(model) {
    const program = lower(model);
    const found = allOps(program).find(
      (op) => op.kind === kind && accepts(op as Op<K>, program.tensors[op.output]!.name),
    ) as Op<K> | undefined;
    const changed = found && change(found, program);
    if (!changed) return null;
    const [advance, output, argmax] = PHASES.map((p) =>
      program.phases[p].map((op) => (op === (found as Op) ? changed : op)),
    );
    return { ...program, phases: { advance: advance!, output: output!, argmax: argmax! } };
  },
});

export const changed = (op: Op, attributes: object): Op =>
  ({ ...op, attributes: { ...op.attributes, ...attributes } }) as unknown as Op;
export const any = (): boolean => true;
