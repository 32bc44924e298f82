import { fnv1a } from '../../fixed/hash.js';
import { TABLES } from '../../fixed/tables.js';
import type { Golden } from '../../interpreter/golden.js';
import { type Model, outputSize } from '../../ir/model.js';
import type { Argument, Call, Constant, Plan } from '../../ir/plan.js';
import { DTYPE_BYTES, type DType, type TensorId } from '../../ir/program.js';
import { cComment, cInitialiser, cInteger, cNames, cReal, cString } from './c-names.js';
import { type PackageKind, useOf } from './packages.js';

const CTYPE: { readonly [K in DType]: string } = { s8: 'int8_t', s16: 'int16_t', s32: 'int32_t' };

/** FNV-1a 32 of the text of model.json. */
export const modelHash = (text: string): number => fnv1a(new TextEncoder().encode(text));

export interface EmitOptions {
  readonly name: string;
  readonly version: string;
  readonly core: string;
  readonly coreFlags: readonly string[];
  readonly hash: number;
  readonly package: PackageKind;
}

/** Everything the templates may know; they lay out, they do not compute. */
export function makeView(model: Model, plan: Plan, golden: Golden, options: EmitOptions) {
  const names = cNames(options.name);
  const { program } = plan;
  const expression = (argument: Argument) => cArgument(argument, plan, names.model);
  const typed = (id: TensorId) => {
    const { name, type } = program.tensors[id]!;
    return {
      name,
      ctype: CTYPE[type.dtype],
      length: type.length,
      min: type.min,
      max: type.max,
      bytes: DTYPE_BYTES[type.dtype],
    };
  };
  const statement = (call: Call) => ({
    code: `${call.symbol}(${call.arguments.map(expression).join(', ')});`,
    origin: call.op.origin,
  });
  const constants = [...plan.constants, ...plan.tables.map(tableConstant)].map((c) => ({
    name: `${names.model}_${c.name}`,
    ctype: c.ctype,
    length: c.values.length,
    role: c.role,
    values: cInitialiser(c.values),
  }));
  const size = model.input.size;
  return {
    ...names,
    version: options.version,
    use: useOf(options.package),
    core: options.core,
    coreFlags: options.coreFlags.join(' '),
    hash: `0x${options.hash.toString(16).padStart(8, '0')}u`,
    inputSize: size,
    inputFraction: model.input.fraction,
    outputSize: outputSize(model),
    outputFraction: program.tensors[program.output]!.type.fraction,
    scratchBytes: plan.scratchBytes,
    stateBytes: plan.stateBytes,
    offsets: perElement(model.input.offset, size).map(cReal),
    gains: perElement(model.input.scale, size).map((scale) => cReal(scale * 2 ** model.input.fraction)),
    uniformInput: model.input.offset.length === 1 && model.input.scale.length === 1,
    states: program.states.map(typed),
    slots: plan.slots.map((_, index) => plan.placements.filter((p) => p.slot === index).map((p) => typed(p.tensor))),
    advance: plan.calls.advance.map(statement),
    output: plan.calls.output.map(statement),
    usesScratch: {
      output: plan.calls.output.some((call) =>
        [...call.op.inputs, call.op.output].some((id) => program.tensors[id]!.role === 'local'),
      ),
    },
    constants,
    kernels: plan.kernels.map((symbol) => symbol.replace(/^rnnq_/, '')),
    labels: Array.from({ length: outputSize(model) }, (_, i) => cString(model.labels[i] ?? `class ${i}`)),
    layers: model.layers.map((layer) => `${layer.name}: ${layer.type}, ${layer.units} units`),
    training: Object.entries(model.training).map(([key, value]) => `${cComment(key)}: ${cComment(String(value))}`),
    golden: {
      inputs: golden.sequences.map((s) => ({ steps: s.length / size, values: cInitialiser(s, size) })),
      lengths: golden.sequences.map((s) => s.length / size).join(', '),
      steps: golden.hashes.length,
      inputValues: golden.sequences.map((s) => cInitialiser(s, size)).join(',\n'),
      hashes: golden.hashes.map((h) => `    0x${h.toString(16).padStart(8, '0')}u`).join(',\n'),
    },
  };
}
export type View = ReturnType<typeof makeView>;

const perElement = (values: readonly number[], size: number): number[] =>
  Array.from({ length: size }, (_, i) => values[i] ?? values[0]!);

const tableConstant = (table: keyof typeof TABLES): Constant => ({
  name: `table_${table}`,
  ctype: 'int16_t',
  values: TABLES[table],
  role: 'table',
  origin: '',
});

function cArgument(argument: Argument, plan: Plan, model: string): string {
  if (argument.kind === 'integer') return cInteger(argument.value);
  if (argument.kind === 'constant') return `${model}_${argument.name}`;
  if (argument.kind === 'table') return `${model}_table_${argument.table}`;
  const { name, role } = plan.program.tensors[argument.id]!;
  if (role === 'input') return 'x';
  if (role === 'output') return 'y';
  if (role === 'state') return `s->${name}`;
  return `w->s${plan.placements.find((p) => p.tensor === argument.id)!.slot}.${name}`;
}
