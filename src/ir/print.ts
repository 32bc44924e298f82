import { type Op, PHASES, type Program } from './program.js';

/** A program as text, one op a line: for reviews and samples. Weights are named, not spelled out. */
export function printProgram(program: Program): string {
  const nameOf = (id: Op['output']): string => program.tensors[id]!.name;
  const typeOf = (id: Op['output']): string => {
    const { dtype, fraction, length, min, max } = program.tensors[id]!.type;
    return `${dtype}[${length}] fraction ${fraction} in [${min}, ${max}]`;
  };
  const lines = program.states.map((id) => `state ${nameOf(id)}: ${typeOf(id)}`);
  for (const phase of PHASES) {
    lines.push(`${phase}:`);
    for (const op of program.phases[phase]) {
      const inputs = op.inputs.map(nameOf).join(', ');
      lines.push(`  ${nameOf(op.output)} = ${op.kind}(${inputs})${printAttributes(op)}: ${typeOf(op.output)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function printAttributes(op: Op): string {
  switch (op.kind) {
    case 'matvec': {
      const { name, alphabet, rows, cols } = op.attributes.weights;
      return ` ${name} ${alphabet} ${rows}x${cols}`;
    }
    case 'addBias':
      return ` bias [${[...op.attributes.bias].join(' ')}]`;
    case 'gather': {
      const { name, alphabet, rows, cols } = op.attributes.weights;
      return ` ${name} ${alphabet} ${rows}x${cols} fraction ${op.attributes.fraction}`;
    }
    case 'scaleShift': {
      const { m, n, bias } = op.attributes;
      return ` m [${[...m].join(' ')}] n [${[...n].join(' ')}] bias [${[...bias].join(' ')}]`;
    }
    case 'hard': {
      const { left, offset, limit, min, max } = op.attributes;
      return ` left ${left} offset ${offset} limit ${limit} in [${min}, ${max}]`;
    }
    case 'requantize': {
      const { scale } = op.attributes;
      const head = scale.kind === 'shift' ? `left ${scale.left}` : `pre ${scale.pre} m [${[...scale.m].join(' ')}]`;
      return ` ${scale.kind} ${head} n [${[...scale.n].join(' ')}]`;
    }
    case 'shift':
      return ` n [${[...op.attributes.n].join(' ')}]`;
    case 'narrow':
    case 'mul':
      return ` shift ${op.attributes.shift}`;
    case 'lut':
      return ` ${op.attributes.table} left ${op.attributes.left} shift ${op.attributes.shift} zero ${op.attributes.zero}`;
    case 'interpolate':
      return ` ${op.attributes.table} left ${op.attributes.left} shift ${op.attributes.shift}`;
    case 'wait':
      return ` first ${op.attributes.first} stride ${op.attributes.stride}`;
    case 'matvecAt': {
      const { name, alphabet, rows, cols } = op.attributes.weights;
      return ` ${name} ${alphabet} ${rows}x${cols} in ${op.attributes.parts} parts`;
    }
    case 'resume':
      return ` initial ${op.attributes.initial} limit ${op.attributes.limit}`;
    case 'count':
      return ` length ${op.attributes.length}`;
    case 'pool':
      return ` ${op.attributes.take}`;
    default:
      return '';
  }
}
