import { describePlan } from '../ir/plan.js';
import type { OpProof, Proof } from '../prove.js';
import { formatTable } from './table.js';

/** Alarms that are printed; --json has all. */
const MAX_ALARMS = 10;

const range = (min: number, max: number): string => `${min} .. ${max}`;

const rowOf = ({ tensor, op, min, max, bits, saturates, product }: OpProof): string[] => [
  ...[tensor, op, range(min, max), String(bits)],
  product === null ? '' : range(product.min, product.max),
  product === null ? '' : String(product.bits),
  saturates ? 'yes' : '',
];

/** A proof for a person: one line for each op, then the checkers, then Eva. */
export function formatProof({ model, core, certificates, plan, eva, unseen }: Proof): string {
  const header = ['result', 'op', 'range', 'bits', 'product', 'bits', 'saturates'];
  const lines = [
    `Proof of ${model} for ${core}, ${describePlan(plan)}`,
    formatTable(header, certificates.map(rowOf)),
    '',
    `ranges: ${certificates.length} operations fit 32 bits, for reachable states and for any bytes in state and input`,
    `plan: ${plan.steps} calls and loops stay inside their arrays, state ${plan.stateBytes} bytes, scratch ${plan.scratchBytes} bytes, and read only what is written before`,
  ];
  if (eva === null) return [...lines, 'Frama-C Eva: not run; the generated C itself is not proven'].join('\n');
  const { valid, unknown, invalid } = eva.properties;
  const found = eva.alarms === null ? 'did not come to its end' : `${eva.alarms} alarms`;
  const of = `${valid} of ${valid + unknown + invalid} assertions`;
  const stages = `Frama-C Eva ${eva.version}, ${eva.seconds.toFixed(1)} s, C for ${eva.core}: ${found}, ${of}`;
  lines.push(`${stages}: ${eva.proven ? 'PROVEN' : 'NOT PROVEN'}`);
  if (!eva.reachedEnd) lines.push('  the analysis did not reach the end of the harness');
  lines.push(...eva.messages.slice(0, MAX_ALARMS).map((message) => `  ${message}`));
  if (eva.messages.length > MAX_ALARMS) lines.push(`  and ${eva.messages.length - MAX_ALARMS} more`);
  if (unseen.length > 0)
    lines.push(`  not seen by Eva, which reads portable C only: ${unseen.join(', ')}; rnnq verify runs them`);
  return lines.join('\n');
}
