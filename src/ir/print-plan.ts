import { type Argument, describePlan, type Plan, type PlanStep, summaryOf } from './plan.js';
import { PHASES } from './program.js';

/** A plan as text: the steps in their order, memory, the kernel of every product. Weights are named, not spelled out. */
export function printPlan(plan: Plan): string {
  const { core, estimate, program, stateBytes, scratchBytes } = plan;
  const nameOf = (id: PlanStep['ops'][number]['output']): string => program.tensors[id]!.name;
  const steps = PHASES.flatMap((phase) => [
    `${phase}:`,
    ...plan.steps[phase].map((step) => `  ${printStep(step, nameOf)}`),
  ]);
  const scratch = plan.slots.flatMap(({ offset, bytes }, index) => [
    `  slot ${index} at ${offset}, ${bytes} bytes`,
    ...plan.arrays
      .filter(({ slot }) => slot === index)
      .map(({ name, ctype, length, from, to }) => `    ${name} ${ctype}[${length}], steps ${from} to ${to}`),
  ]);
  const constants = plan.constants.map(
    ({ name, ctype, values, role, origin }) => `  ${name} ${ctype}[${values.length}], ${role} of ${origin}`,
  );
  const products = plan.choices.map(({ name, rows, cols, chosen: c }) => {
    const bytes = `${c.weightBytes} bytes of weights, ${c.workBytes} of working memory, ${c.codeBytes} of code`;
    return `  ${name} ${rows}x${cols}: ${c.symbol}, block ${c.block}, ${c.cycles} cycles, ${bytes}`;
  });
  const lines = [
    `${core}, ${describePlan(summaryOf(plan))}`,
    `estimate: ${estimate.cycles} cycles, ${estimate.flash} bytes of flash, ${estimate.ram} bytes of RAM`,
    ...steps,
    `scratch: ${scratchBytes} bytes; state: ${stateBytes} bytes`,
    ...scratch,
    'constants:',
    ...constants,
    `tables: ${plan.tables.map(({ name }) => name).join(', ') || 'none'}`,
    'products:',
    ...products,
  ];
  return `${lines.join('\n')}\n`;
}

function printStep(step: PlanStep, nameOf: (id: PlanStep['ops'][number]['output']) => string): string {
  const made = step.ops.map(({ kind, output }) => `${kind} ${nameOf(output)}`).join(', ');
  if (step.kind === 'loop') {
    const stored = step.stored.map(nameOf).join(', ');
    return `loop ${step.name} of ${step.length}${step.unrolled ? ', unrolled' : ''}: ${made}; stores ${stored}`;
  }
  const text = (argument: Argument): string => {
    if (argument.kind === 'integer') return String(argument.value);
    if (argument.kind === 'constant' && argument.at !== undefined)
      return `${argument.name} at ${nameOf(argument.at.count)}`;
    return argument.kind === 'tensor' ? nameOf(argument.id) : argument.name;
  };
  const added = step.addToOutput ? ', added' : '';
  return `call ${step.symbol}(${step.arguments.map(text).join(', ')})${added}: ${made}`;
}
