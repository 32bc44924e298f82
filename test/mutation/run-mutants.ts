import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compilation } from '../../src/compiler/compile.js';
import { compile } from '../../src/compiler/compile.js';
import { roundShift, saturateU8 } from '../../src/fixed/fixed.js';
import { ACTIVATION_FORMATS, type Codes, codesArray } from '../../src/ir/model.js';
import { allOps } from '../../src/ir/program.js';
import { opDef } from '../../src/ops/index.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { type Verification, verify } from '../../src/verify.js';
import { Draw } from '../fuzz/random-network.js';
import { type Mutant, makeMutants } from './mutants.js';

/** Networks for mutation: those of test/samples whose gates do not saturate, so that a mistake can be seen. */
export const NETWORKS: readonly string[] = [
  ...['gru_ternary_shift', 'gru_joint_multiplier', 'lstm_s8_multiplier', 'lstm_on_gru'],
  ...['gru_before_hard', 'lstm_one_hot', 'rnn_relu_binary', 'gru_16_bits'],
];

export interface Verdict {
  readonly mutant: Mutant;
  readonly verification: Verification;
}

/** Compiles a sample, makes all its mutants, and sequences to tell them by. */
export function mutantsOf(sample: string): {
  compilation: Compilation;
  mutants: Mutant[];
  sequences: Codes[];
} {
  const text = readFileSync(join(PACKAGE_ROOT, 'test', 'samples', sample, 'model.json'), 'utf8');
  const compilation = compile(text, { core: 'host', name: 'net' });
  const draw = new Draw(77);
  const { input, activationBits } = compilation.model;
  const { largest } = ACTIVATION_FORMATS[activationBits];
  const sequences = Array.from({ length: 8 }, () =>
    input.encoding === 'one-hot'
      ? Int16Array.from({ length: 60 }, () => draw.integer(-1, input.size))
      : codesArray(input, activationBits).from(
          Array.from({ length: 60 * input.size }, () => draw.integer(-largest - 1, largest)),
        ),
  );
  const used = usedEntries(compilation, [...compilation.golden.sequences, ...sequences]);
  return { compilation, mutants: makeMutants(compilation, used, new Draw(5)), sequences };
}

/** A mutated package against the interpreter of the unmutated model. */
export async function judgeMutant(
  compilation: Compilation,
  mutant: Mutant,
  sequences: readonly Codes[],
): Promise<Verdict> {
  const files = new Map(compilation.files);
  files.set(mutant.path, mutant.text);
  return {
    mutant,
    verification: await verify({ ...compilation, files }, { core: 'host', sequences, optimization: '-O1' }),
  };
}

/** Table entries that a run reads: changing another one would change nothing, on any input seen. */
function usedEntries({ program }: Compilation, sequences: readonly Codes[]): Map<string, number[]> {
  const used = new Map<string, Set<number>>();
  const values = program.tensors.map(({ type }) => new Int32Array(type.length));
  const size = values[program.input]!.length;
  for (const sequence of sequences) {
    for (const id of program.states) values[id]!.fill(0);
    for (let t = 0; t < sequence.length; t += size) {
      values[program.input]!.set(sequence.subarray(t, t + size));
      for (const op of allOps(program)) {
        const inputs = op.inputs.map((id) => values[id]!);
        if (op.kind === 'lut') {
          const { table, left, shift, zero } = op.attributes;
          const entries = used.get(table) ?? new Set();
          used.set(table, entries);
          for (const a of inputs[0]!) entries.add(saturateU8(roundShift(a * 2 ** left, shift) + zero));
        }
        opDef(op).evaluate(op, inputs, values[op.output]!);
      }
    }
  }
  return new Map([...used].map(([table, entries]) => [table, [...entries].sort((a, b) => a - b)]));
}

/** npm run mutation: all mutants of all networks; prints the score. */
export async function main(): Promise<number> {
  let [caught, named, total] = [0, 0, 0];
  for (const sample of NETWORKS) {
    const { compilation, mutants, sequences } = mutantsOf(sample);
    process.stdout.write(`${sample}\n`);
    for (const mutant of mutants) {
      const { verification } = await judgeMutant(compilation, mutant, sequences);
      const { passed, first } = verification;
      total++;
      if (!passed) caught++;
      if (first !== null) named++;
      const where =
        first === null
          ? (verification.failure ?? 'NOT CAUGHT')
          : `${first.tensor}[${first.unit}] at step ${first.step}`;
      process.stdout.write(`  ${passed ? 'MISSED' : 'caught'}  ${mutant.kind}, ${mutant.what}: ${where}\n`);
    }
  }
  process.stdout.write(`${caught} of ${total} mutants caught, ${named} with layer, unit and step\n`);
  return caught === total && named === total ? 0 : 1;
}
