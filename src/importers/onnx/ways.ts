import type { GraphMessage } from './model.js';
import type { OnnxNode } from './node.js';

/** Operations that give what they read, in another shape. */
const MOVES = [
  'Identity',
  'Cast',
  'Unsqueeze',
  'Squeeze',
  'Transpose',
  'Reshape',
  'Slice',
  'Gather',
  'Concat',
  'Expand',
];
const CELLS = ['RNN', 'GRU', 'LSTM'];
/** Inputs of a cell from this one on are lengths, states and peepholes. */
const FIRST_STATE = 4;

interface Ways {
  /** Nodes that an output is computed with. */
  readonly needed: ReadonlySet<OnnxNode>;
  /** Values that cells begin with, however they are moved on the way. */
  readonly begun: ReadonlySet<string>;
}

/** What leads to the output, from its end; nodes are in the order in which they are computed. */
export function ways(nodes: readonly OnnxNode[], output: string): Ways {
  const [values, needed, begun] = [new Set([output]), new Set<OnnxNode>(), new Set<string>()];
  for (const node of nodes.toReversed()) {
    if (CELLS.includes(node.op)) for (const name of node.inputs.slice(FIRST_STATE)) begun.add(name);
    if (MOVES.includes(node.op) && node.outputs.some((name) => begun.has(name))) begun.add(node.inputs[0] ?? '');
    if (!node.outputs.some((name) => values.has(name))) continue;
    needed.add(node);
    for (const name of node.inputs) values.add(name);
  }
  return { needed, begun };
}

/** Outputs beside the first for which more is computed: states in other shapes are nothing more. */
export function otherOutputs(
  nodes: readonly OnnxNode[],
  needed: ReadonlySet<OnnxNode>,
  { output }: GraphMessage,
): string[] {
  return output.slice(1).flatMap(({ name: [name = ''] }) => {
    const own = [...ways(nodes, name).needed].filter((node) => !needed.has(node));
    return own.every(({ op }) => MOVES.includes(op) || op === 'Shape' || op === 'Constant') ? [] : [name];
  });
}
