import type { Diagnostic } from '../../diagnostics.js';
import type { Chain } from '../chain.js';
import { importBranches, importLayer, importLoop, importState, importValue } from '../diagnostics.js';
import type { Imported, Origin, Source } from '../importer.js';
import { MAX_WEIGHTS, type Tensor } from '../tensor.js';
import { holdsTime, INPUT_AXES } from './axes.js';
import { foldConstants } from './constants.js';
import { GraphValues, type Value } from './graph-values.js';
import { type GraphMessage, shapeOf } from './model.js';
import { OnnxNode, readTensor } from './node.js';
import { DATA_OPS } from './ops.js';
import { otherOutputs, ways } from './ways.js';

const ZERO_KEEPERS = [
  'Expand',
  'Slice',
  'Unsqueeze',
  'Squeeze',
  'Reshape',
  'Identity',
  'Cast',
  'Concat',
  'Transpose',
  'Gather',
  'Tile',
];
/** Axes that a value of a network has at most. */
const MAX_AXES = 4;
const LOOPS = ['Loop', 'Scan', 'If'];

/** Walks through a graph from its input and appends what it finds to the chain. */
export class OnnxWalk extends GraphValues {
  /** Elements of constants that were computed. */
  #folded = 0;

  constructor(
    chain: Chain,
    readonly graph: GraphMessage,
    readonly source: Source,
  ) {
    super(chain);
  }

  run(origin: Origin): Imported {
    const { graph, chain, source } = this;
    for (const tensor of graph.initializer) {
      const name = tensor.name[0] ?? '';
      this.values.set(name, { kind: 'constant', tensor: readTensor(tensor, source) });
    }
    const nodes = graph.node.map((message) => new OnnxNode(message, source));
    const { needed, begun } = ways(nodes, graph.output[0]?.name[0] ?? '');
    const inputs = graph.input.filter(({ name }) => !this.values.has(name[0] ?? ''));
    const first = inputs.find(({ name }) => !begun.has(name[0] ?? '')) ?? inputs[0];
    const states = inputs.filter((input) => input !== first);
    const shape = first === undefined ? [] : shapeOf(first);
    const axes = INPUT_AXES[shape.length];
    this.inputShape = shape;
    if (first === undefined || axes === undefined) {
      const what = first === undefined ? 'no input' : `an input of ${shape.length} dimensions`;
      chain.refuse('the input', importBranches(chain.path, `${what}; sequences have batch, time and features`));
    }
    this.values.set(first?.name[0] ?? '', axes ? { kind: 'data', axes, layers: 0 } : { kind: 'unknown' });
    for (const { name } of states) this.values.set(name[0] ?? '', { kind: 'state' });
    for (const node of nodes) if (needed.has(node)) this.#node(node);
    const output = this.value(graph.output[0]?.name[0] ?? '');
    if (chain.sound && output.kind !== 'data')
      chain.refuse(
        'the output',
        importBranches(
          chain.path,
          'its first output is not computed from outputs of its layers (the cell state of an LSTM is none)',
        ),
      );
    const others = otherOutputs(nodes, needed, graph);
    if (others.length > 0)
      chain.refuse('the outputs', importBranches(chain.path, `outputs beside the first: ${others.join(', ')}`));
    const everyStep = output.kind === 'data' && holdsTime(output.axes);
    const steps = new Set(shape.slice(0, -1).filter((size) => size !== undefined && size > 1));
    const only = steps.size === 1 ? [...steps][0]! : null;
    return chain.finish(origin, { everyStep, window: this.inputSteps === undefined ? only : this.inputSteps });
  }

  #node(node: OnnxNode): void {
    const problem = LOOPS.includes(node.op)
      ? importLoop(this.chain.at(node.label), `the body of a ${node.op}`)
      : this.#computed(node);
    if (problem === undefined) return;
    this.chain.refuse(node.label, problem);
    for (const output of node.outputs) this.values.set(output, { kind: 'unknown' });
  }

  /** Follows one node; gives the reason where that cannot be done. */
  #computed(node: OnnxNode): Diagnostic | undefined {
    const { chain } = this;
    const at = chain.at(node.label);
    const set = (value: Value): undefined => {
      for (const output of node.outputs) this.values.set(output, value);
    };
    if (node.op === 'Constant') return set({ kind: 'constant', tensor: constantOf(node) });
    const inputs = node.inputs.filter((name) => name !== '').map((name) => this.value(name));
    const data = inputs.filter((value) => value.kind === 'data');
    if (data.length > 0) {
      if (data.some(({ layers }) => layers !== this.layers) && node.op !== 'Concat' && node.op !== 'Shape')
        return importBranches(at, 'it reads what was computed before the last layer');
      if (node.op === 'Shape') return set({ kind: 'sizes' });
      if (node.op !== 'Conv' && data.some(({ zeros }) => zeros !== undefined))
        return importLayer(at, `${node.op} of a padded sequence`, 'pad in front of convolutions alone');
      if (Object.hasOwn(DATA_OPS, node.op)) return DATA_OPS[node.op]!(node, this);
      const hint = 'compute it before the network, or build the network of recurrent and dense layers alone';
      return importLayer(at, `${node.op} between or behind its layers`, hint);
    }
    if (inputs.some(({ kind }) => kind === 'unknown')) return set({ kind: 'unknown' });
    if (inputs.some(({ kind }) => kind === 'state')) {
      const kept = ['Identity', 'Cast', 'Unsqueeze', 'Squeeze', 'Transpose', 'Reshape', 'Shape'];
      if (kept.includes(node.op)) return set({ kind: node.op === 'Shape' ? 'sizes' : 'state' });
      return importState(at, 'computes something of an input that is not the first');
    }
    if (node.op === 'ConstantOfShape') return set(this.#filled(node));
    const [first] = node.inputs;
    if (ZERO_KEEPERS.includes(node.op) && first !== undefined && this.#allZero(node)) return set({ kind: 'zeros' });
    if (inputs.some(({ kind }) => kind === 'sizes' || kind === 'zeros')) return set({ kind: 'sizes' });
    const folded = foldConstants(
      node,
      node.inputs.map((name) => this.constant(name)),
    );
    this.#folded += folded?.data.length ?? 0;
    if (this.#folded > 2 * MAX_WEIGHTS)
      return importValue(at, 'the graph computes more constants than any network has');
    if (folded !== undefined) return set({ kind: 'constant', tensor: folded });
    return importLayer(at, `${node.op} of constants`, 'simplify the model first: python -m onnxsim in.onnx out.onnx');
  }

  /** Zeros of any shape, or a few numbers: the sizes of a repetition. */
  #filled(node: OnnxNode): Value {
    const value = node.tensor('value')?.data[0] ?? 0;
    if (value === 0) return { kind: 'zeros' };
    const shape = this.constant(node.inputs[0])?.data;
    const length = shape?.length === 1 ? shape[0]! : Number.NaN;
    if (!(length >= 1 && length <= MAX_AXES)) return { kind: 'sizes' };
    return { kind: 'constant', tensor: { shape: [length], data: new Float64Array(length).fill(value) } };
  }

  /** Zeros stay zeros however they are moved; a constant counts where something unknown before run time moves it. */
  #allZero(node: OnnxNode): boolean {
    const moved = node.op === 'Concat' ? node.inputs : node.inputs.slice(0, 1);
    const known = node.inputs.every((name) => name === '' || this.value(name).kind === 'constant');
    return !known && moved.every((name) => this.value(name).kind !== 'unknown' && this.isZero(name));
  }
}

function constantOf(node: OnnxNode): Tensor {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return tensor;
  const list = node.integers('value_ints') ?? [];
  const one = node.has('value_int') ? node.integer('value_int', 0) : node.number('value_float', 0);
  const several = list.length > 0 ? list : node.numbers('value_floats');
  if (several.length > 0) return { shape: [several.length], data: Float64Array.from(several) };
  return { shape: [], data: Float64Array.of(one) };
}
