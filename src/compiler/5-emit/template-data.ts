import { scoreThreshold } from '../../fixed/anomaly-score.js';
import { fnv1a } from '../../fixed/hash.js';
import { chooseOutputScale, thresholdCode } from '../../fixed/output-scale.js';
import type { Golden } from '../../interpreter/golden.js';
import type { StreamGolden } from '../../interpreter/stream.js';
import { inputGains, inputOffsets } from '../../ir/input-codes.js';
import {
  ACTIVATION_FORMATS,
  type InputScaling,
  type LogMelFeatures,
  type Model,
  outputSize,
  stepLength,
} from '../../ir/model.js';
import {
  type Argument,
  type Call,
  type Constant,
  CTYPE,
  inRam,
  type Plan,
  type PlanStep,
  type Table,
} from '../../ir/plan.js';
import { DTYPE_BYTES, type Program, type TensorId } from '../../ir/program.js';
import { isEveryStep, outputRate } from '../../ir/rate.js';
import { repeatedSteps } from '../../ir/reconstruction.js';
import { cComment, cEndings, cFloat, cInitialiser, cInteger, cNames, cString } from './c-names.js';
import { loopText } from './loop.js';
import { LANES, mve } from './loop-mve.js';
import { type PackageKind, useOf } from './packages.js';
import { PRODUCT_PARAMETERS, productStatements } from './product.js';
import { runtimeTag } from './runtime.js';
import { streamCode, streamView } from './stream-view.js';

/** FNV-1a 32 of the text of model.json. */
export const modelHash = (text: string): number => fnv1a(new TextEncoder().encode(text));

export interface EmitOptions {
  readonly name: string;
  readonly version: string;
  readonly core: string;
  readonly coreFlags: readonly string[];
  /** Lines of C that refuse another core. */
  readonly coreCheck: readonly string[];
  readonly hash: number;
  readonly package: PackageKind;
}

/** Everything the templates may know; they lay out, they do not compute. */
export function templateData(
  model: Model,
  plan: Plan,
  golden: Golden,
  streamGolden: StreamGolden | null,
  options: EmitOptions,
) {
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
  const vector = plan.vectors ? { dialect: mve, lanes: LANES } : null;
  const loops = (phase: 'advance' | 'output') =>
    plan.steps[phase].flatMap((step) =>
      step.kind === 'loop' ? [loopText(step, plan, names.model, phase, vector)] : [],
    );
  const loopTexts = { advance: loops('advance'), output: loops('output') };
  const statements = (phase: 'advance' | 'output') =>
    plan.steps[phase].map((step: PlanStep) => {
      const { origin } = step.ops[0]!;
      if (step.kind === 'call') {
        const call = `${cFunction(step, names.model)}(${step.arguments.map(expression).join(', ')})`;
        const waits = step.ops[0]!.kind === 'wait';
        return { code: waits ? `if (${call} != 0) return 0;` : `${call};`, origin };
      }
      const { name, arguments: list } = loopTexts[phase].find((l) => l.name === `${names.model}_${step.name}`)!;
      return { code: `${name}(${list});`, origin };
    });
  const { frontEnd } = model.input;
  const streamConstants = frontEnd === undefined ? [] : streamCode(model, frontEnd, names).constants;
  const constants = [...plan.constants, ...plan.tables.map(tableConstant), ...streamConstants].map((c) => ({
    name: `${names.model}_${c.name}`,
    ctype: c.ctype,
    length: c.values.length,
    role: c.role,
    values: cInitialiser(c.values),
  }));
  const { size, encoding } = model.input;
  const width = stepLength(model.input);
  const oneHot = encoding === 'one-hot';
  const { offset, scale } = model.input;
  const scalings = offset.length === 1 && scale.length === 1 ? 1 : size;
  return {
    ...names,
    version: options.version,
    use: useOf(options.package),
    core: options.core,
    coreFlags: options.coreFlags.join(' '),
    /** What rnnq.h of the same version calls itself. */
    runtime: `0x${runtimeTag()}u`,
    coreCheck: options.coreCheck,
    /** In front of functions of a step and of constants: their section, where they are in RAM. */
    code: inRam(plan.place).code ? 'RNNQ_CODE ' : '',
    constantsSection: inRam(plan.place).constants ? 'RNNQ_CONSTANTS ' : '',
    hash: `0x${options.hash.toString(16).padStart(8, '0')}u`,
    inputSize: width,
    inputType: typed(program.input).ctype,
    /** Largest magnitude of an input code. */
    inputLargest: ACTIVATION_FORMATS[model.activationBits].largest,
    /** Square of twice the least value that saturates: codes end at largest + 1/2. */
    inputSaturation: cFloat((2 * ACTIVATION_FORMATS[model.activationBits].largest + 1) ** 2),
    activationBits: model.activationBits,
    /** Symbols of a one-hot input, otherwise 0. */
    symbols: oneHot ? size : 0,
    stream: streamView(model, names, streamGolden),
    features: model.input.features === undefined ? [] : describeFeatures(model.input.features),
    channels: describeChannels(model.input, names.macro),
    rate: model.input.rate ?? 0,
    inputFraction: model.input.fraction,
    outputSize: outputSize(model),
    /** The time steps that give outputs, where they are not all. */
    outputRate: isEveryStep(outputRate(model.layers)) ? null : outputRate(model.layers),
    outputFraction: program.tensors[program.output]!.type.fraction,
    scratchBytes: plan.scratchBytes,
    stateBytes: plan.stateBytes,
    offsets: Array.from(inputOffsets({ ...model.input, size: scalings }), cFloat),
    gains: Array.from(inputGains({ ...model.input, size: scalings }), cFloat),
    uniformInput: offset.length === 1 && scale.length === 1,
    states: program.states.map(typed),
    slots: plan.slots.map((_, index) => plan.arrays.filter((array) => array.slot === index)),
    usesVectors: plan.vectors && [...plan.steps.advance, ...plan.steps.output].some(fillsLanes),
    products: [...plan.steps.advance, ...plan.steps.output].flatMap((step) =>
      step.kind === 'call' && step.generated !== null
        ? [
            {
              name: cFunction(step, names.model),
              origin: step.ops[0]!.origin,
              parameters: PRODUCT_PARAMETERS,
              statements: productStatements(step.generated, step.addToOutput),
            },
          ]
        : [],
    ),
    loops: [...loopTexts.advance, ...loopTexts.output],
    advance: statements('advance'),
    output: statements('output'),
    usesScratch: {
      advance: plan.steps.advance.some((step) => usesScratch(step, program)),
      output: plan.steps.output.some((step) => usesScratch(step, program)),
    },
    constants,
    kernels: plan.kernels.map((symbol) => symbol.replace(/^rnnq_/, '')),
    /** Outputs are the logits of classes. */
    classes: model.task === undefined,
    /** Of a network that detects: the least code of each output that is reported (N12), with its macro; otherwise none. */
    flags: flagsOf(model, program.tensors[program.output]!.type.fraction),
    quantities: quantitiesOf(model, program.tensors[program.output]!.type.fraction),
    anomaly: anomalyOf(model, program),
    labels: Array.from({ length: outputSize(model) }, (_, i) => cString(model.labels[i] ?? `class ${i}`)),
    layers: model.layers.map((layer) => `${layer.name}: ${layer.type}, ${layer.units} units`),
    training: Object.entries(model.training).map(([key, value]) => `${cComment(key)}: ${cComment(String(value))}`),
    golden: {
      inputs: golden.sequences.map((s) => ({ steps: s.length / width, values: cInitialiser(s, width) })),
      lengths: golden.sequences.map((s) => s.length / width).join(', '),
      steps: golden.hashes.length,
      inputValues: golden.sequences.map((s) => cInitialiser(s, oneHot ? 20 : width)).join(',\n'),
      hashes: golden.hashes.map((h) => `    0x${h.toString(16).padStart(8, '0')}u`).join(',\n'),
    },
  };
}
/** The elements of a time step: a constant of the enumeration for each, with its name and unit. */
function describeChannels({ channels = [] }: InputScaling, macro: string): { constant: string; comment: string }[] {
  const words = channels.map(({ name }) => name.toUpperCase().replace(/[^A-Z0-9]+/g, '_'));
  return channels.map(({ name, unit }, i) => ({
    constant: `${macro}_CHANNEL_${words.indexOf(words[i]!) === i ? words[i] : `${words[i]}_${i}`}`,
    comment: cComment(unit === undefined ? name : `${name} [${unit}]`),
  }));
}

/** The quantities that the network predicts, with their integers (N11). */
function quantitiesOf({ outputs = [] }: Model, fraction: number) {
  const endings = cEndings(outputs.map(({ name }) => name));
  return outputs.map((quantity, index) => {
    const { m, shift, offset, decimals } = chooseOutputScale(quantity, fraction, quantity.decimals)!;
    const { name, unit } = quantity;
    return {
      ...{ index, m, shift, decimals, offset: cInteger(offset) },
      ...{ ending: endings[index]!, macro: endings[index]!.toUpperCase() },
      text: cComment(unit === undefined ? name : `${name} [${unit}]`),
      literal: cString(unit === undefined ? name : `${name} [${unit}]`),
    };
  });
}

/** What the network detects. */
function flagsOf({ task, labels, thresholds }: Model, fraction: number) {
  if (task !== 'detect') return [];
  const endings = cEndings(labels);
  return labels.map((label, index) => ({
    ...{ index, macro: endings[index]!.toUpperCase(), text: cComment(label) },
    code: thresholdCode(thresholds?.[index] ?? 0, fraction),
  }));
}

/** How anomalies are found: the state that holds the score, which is the first one, and integers of N14; null: they are not looked for. */
function anomalyOf({ anomaly, layers }: Model, { states, tensors }: Program) {
  if (anomaly === undefined) return null;
  const { name, type } = tensors[states[0]!]!;
  const { ahead, threshold } = anomaly;
  const window = repeatedSteps(layers);
  return { state: name, ahead, window, fraction: type.fraction, threshold: scoreThreshold(threshold, type.fraction) };
}

/** How sound becomes the input, line by line. */
const describeFeatures = (f: LogMelFeatures): string[] => [
  `log-mel features of sound at ${f.sampleRate} Hz: Hann window of ${f.window} samples, hop ${f.hop},`,
  `${f.bands} mel bands from ${f.lowest} to ${f.highest} Hz, log2(power + ${f.floor})`,
];

export type TemplateData = ReturnType<typeof templateData>;

const tableConstant = ({ name, values }: Table): Constant => ({
  name: `table_${name}`,
  ctype: 'int16_t',
  values,
  role: 'table',
  origin: '',
});

/** Whether a loop has elements enough for one vector. */
const fillsLanes = (step: PlanStep): boolean => step.kind === 'loop' && step.length >= LANES;

/** Whether a step reads or writes an array of the scratch structure. What a loop makes and does not store is in registers. */
function usesScratch(step: PlanStep, { tensors }: Program): boolean {
  if (step.kind === 'call') return step.arguments.some(({ kind }) => kind === 'array');
  const made = new Set(step.ops.map(({ output }) => output));
  const read = step.ops.flatMap(({ inputs }) => inputs.filter((id) => !made.has(id)));
  return [...read, ...step.stored].some((id) => tensors[id]!.role === 'local');
}

/** A generated function has the model's name in front. */
const cFunction = ({ symbol, generated }: Call, model: string): string =>
  generated === null ? symbol : `${model}_${symbol}`;

function cArgument(argument: Argument, plan: Plan, model: string): string {
  if (argument.kind === 'integer') return cInteger(argument.value);
  if (argument.kind === 'constant') {
    const { name, at, elements } = argument;
    if (at === undefined) return `${model}_${name}`;
    const count = `s->${plan.program.tensors[at.count]!.name}[0]`;
    return `&${model}_${name}[rnnq_clamp(${count}, 0, ${at.parts - 1}) * ${elements}]`;
  }
  if (argument.kind === 'array') {
    const { name, slot } = plan.arrays.find((array) => array.name === argument.name)!;
    return `w->s${slot}.${name}`;
  }
  const { name, role } = plan.program.tensors[argument.id]!;
  if (role === 'input') return 'x';
  return role === 'output' ? 'y' : `s->${name}`;
}
