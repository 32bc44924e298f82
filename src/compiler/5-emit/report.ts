import type { Model } from '../../ir/model.js';
import type { Constant, Plan, PlanStep } from '../../ir/plan.js';
import { cNames } from './c-names.js';
import { makeCertificates } from './certificates.js';
import { streamSizes } from './stream-sizes.js';
import type { EmitOptions } from './template-data.js';

const bytesOf = (constants: readonly Constant[], role: Constant['role']): number =>
  constants.filter((c) => c.role === role).reduce((sum, c) => sum + c.values.byteLength, 0);

const matricesOf = ({ ops }: PlanStep) =>
  ops.flatMap((op) =>
    op.kind === 'matvec' || op.kind === 'matvecAt' || op.kind === 'gather' ? [op.attributes.weights] : [],
  );

const bitsEach = (bytes: number, weights: number): number => (weights === 0 ? 0 : (8 * bytes) / weights);

/** The computed part of the footprint, bytes; exact, without a compiler. Code and stack need one (rnnq report). */
export function makeReport(model: Model, plan: Plan, { name, hash, core, version }: EmitOptions) {
  const tables = plan.tables.reduce((sum, { values }) => sum + values.byteLength, 0);
  const layers = model.layers.map((layer, index) => {
    const origin = `/layers/${index}`;
    const constants = plan.constants.filter((c) => c.origin === origin);
    const steps = [...plan.steps.advance, ...plan.steps.output].filter((step) => step.ops[0]!.origin === origin);
    const matrices = steps.flatMap(matricesOf);
    const countOf = (list: typeof matrices) => list.reduce((sum, m) => sum + m.codes.length, 0);
    const weights = countOf(matrices);
    const asCode = countOf(steps.filter((step) => step.kind === 'call' && step.generated !== null).flatMap(matricesOf));
    const zeros = matrices.reduce((sum, m) => sum + m.codes.reduce((n, code) => n + (code === 0 ? 1 : 0), 0), 0);
    const weightBytes = bytesOf(constants, 'weights');
    return {
      name: layer.name,
      type: layer.type,
      units: layer.units,
      weights,
      zeros,
      /** Weights whose bytes are code. */
      asCode,
      weightBytes,
      bitsPerWeight: bitsEach(weightBytes, weights - asCode),
      biasBytes: bytesOf(constants, 'bias'),
      scaleBytes: bytesOf(constants, 'scale'),
      kernels: [...new Set(steps.flatMap((step) => (step.kind === 'call' ? [step.symbol] : [])))].sort(),
    };
  });
  const sum = (field: 'weights' | 'asCode' | 'weightBytes' | 'biasBytes' | 'scaleBytes') =>
    layers.reduce((total, l) => total + l[field], 0);
  return {
    rnnq: version,
    model: name,
    hash,
    core,
    ...(plan.place === 'flash' ? {} : { place: plan.place }),
    constants: {
      weights: sum('weightBytes'),
      biases: sum('biasBytes'),
      scales: sum('scaleBytes'),
      tables,
      total: sum('weightBytes') + sum('biasBytes') + sum('scaleBytes') + tables,
    },
    bitsPerWeight: bitsEach(sum('weightBytes'), sum('weights') - sum('asCode')),
    weightsAsCode: sum('asCode'),
    stateBytes: plan.stateBytes,
    scratchBytes: plan.scratchBytes,
    layers,
    stream: streamSizes(model, plan, cNames(name)),
    certificates: makeCertificates(plan.program),
  };
}
export type CompileReport = ReturnType<typeof makeReport>;
