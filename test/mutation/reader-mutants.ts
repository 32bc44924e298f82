import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunnableDevEnvironment, resolveConfig } from 'vite';
import { packagePath } from '../kernels/run-program.js';

/** One mistake in the source of a reader: texts and what they become. */
export interface ReaderMutant {
  readonly file: string;
  readonly mistake: string;
  readonly edits: readonly (readonly [from: string, to: string])[];
}

const GATES = { 3: ['z', 'r', 'n'], 4: ['i', 'f', 'g', 'o'] } as const;

/** The list of gates in `from` with every two of them exchanged. */
function exchanges(file: string, from: string, list: readonly number[], to: (list: string) => string): ReaderMutant[] {
  const names = GATES[list.length as 3 | 4];
  return list.flatMap((_, a) =>
    list.slice(0, a).map((_other, b): ReaderMutant => {
      const swapped = list.with(a, list[b]!).with(b, list[a]!);
      const mistake = `gates ${names[b]} and ${names[a]} exchanged (${names.length} gates)`;
      return { file, mistake, edits: [[from, to(`[${swapped.join(', ')}]`)]] };
    }),
  );
}
const order = (file: string, cell: 'gru' | 'lstm', list: readonly number[]): ReaderMutant[] => {
  const written = `${cell}: [${list.join(', ')}]`;
  return exchanges(file, written, list, (own) => `${cell}: ${own}`);
};
const one = (file: string, mistake: string, from: string, to: string): ReaderMutant => ({
  ...{ file, mistake },
  edits: [[from, to]],
});

const KERAS = 'keras/recurrent.ts';
/** Keras has rnnq's order: the mistake is to take it for another one. */
const kerasGates = (gates: 3 | 4): ReaderMutant[] => {
  const list = Array.from({ length: gates }, (_, k) => k);
  return exchanges(KERAS, 'input: transposed(kernel).data,', list, (own) => {
    const taken = (data: string): string => `gates === ${gates} ? reordered(${data}, ${own}) : ${data}`;
    return `input: ${taken('transposed(kernel).data')},`;
  }).map(({ edits, ...rest }) => ({
    ...rest,
    edits: [...edits, ['import { type Tensor,', 'import { reordered, type Tensor,']],
  }));
};

/** What a reader can take for something else, in each of them. */
export const READER_MUTANTS: readonly ReaderMutant[] = [
  ...order('state-dict.ts', 'gru', [1, 0, 2]),
  ...order('state-dict.ts', 'lstm', [0, 1, 2, 3]),
  one('state-dict.ts', 'both biases exchanged', "inputBias: bias('bias_ih')", "inputBias: bias('bias_hh')"),
  one('state-dict.ts', 'reset before the product', "reset: 'after'", "reset: 'before'"),
  ...order('onnx/recurrent.ts', 'gru', [0, 1, 2]),
  ...order('onnx/recurrent.ts', 'lstm', [0, 2, 3, 1]),
  one('onnx/recurrent.ts', 'one bias twice', 'biases.subarray(rows)', 'biases.subarray(0, rows)'),
  one('onnx/recurrent.ts', 'reset the other way around', "=== 1 ? 'after' : 'before'", "=== 1 ? 'before' : 'after'"),
  ...kerasGates(3),
  ...kerasGates(4),
  one(KERAS, 'recurrent matrix not transposed', 'transposed(own).data', 'own.data'),
  one(KERAS, 'reset before the product', "reset: after ? 'after'", "reset: !after ? 'after'"),
  one(KERAS, 'one bias twice', 'biases.slice(rows)', 'biases.slice(0, rows)'),
  ...exchanges(KERAS, "type === 'lstm' ? [0, 2, 1, 3]", [0, 2, 1, 3], (own) => `type === 'lstm' ? ${own}`),
  ...exchanges('tflite.ts', 'const parts = [0, 1, 2, 3]', [0, 1, 2, 3], (own) => `const parts = ${own}`),
  one('tflite.ts', 'the first step for the last', 'at === -1', 'at === 0'),
  one('json-weights.ts', 'reset before the product', 'reset_after: true', 'reset_after: false'),
  one('tfjs.ts', 'weights of the group before', 'from += count * size', 'from += 0'),
  one(
    'pytorch/archive.ts',
    'strides of a transposed tensor',
    '* strides[axis]!',
    '* strides[shape.length - 1 - axis]!',
  ),
];

const FIXTURES = packagePath('test/importers/fixtures');
const READERS = packagePath('src/importers');
const TOLERANCE = 1e-6;

type Importers = typeof import('../../src/importers/index.js');
type Runs = typeof import('../../src/importers/float-run.js');

/** Imports the readers with a mutant in their source, and says which fixtures notice it: [] is a mutant that got away. */
export class ReaderMutation {
  #mutant: ReaderMutant | null = null;
  #applied = 0;

  private constructor(readonly environment: ReturnType<typeof createRunnableDevEnvironment>) {}

  static async start(): Promise<ReaderMutation> {
    let mutation: ReaderMutation | undefined;
    const plugin = {
      name: 'mutant',
      enforce: 'pre' as const,
      transform: (code: string, id: string) => mutation?.mutated(code, id),
    };
    const environments = {
      mutants: {
        consumer: 'server' as const,
        dev: { moduleRunnerTransform: true },
        resolve: { external: true as const },
      },
    };
    const config = await resolveConfig(
      { configFile: false, logLevel: 'error', plugins: [plugin], environments },
      'serve',
    );
    const environment = createRunnableDevEnvironment('mutants', config, { hot: false });
    await environment.init();
    mutation = new ReaderMutation(environment);
    return mutation;
  }

  mutated(code: string, id: string): string | undefined {
    const { file, mistake, edits } = this.#mutant ?? { file: '', mistake: '', edits: [] };
    if (id !== join(READERS, file)) return undefined;
    this.#applied++;
    return edits.reduce((text, [from, to]) => {
      if (text.split(from).length !== 2) throw new Error(`${file}, ${mistake}: "${from}" is not there once`);
      return text.replace(from, () => to);
    }, code);
  }

  /** Fixtures whose outputs are no longer those of PyTorch, or that are not read any more. */
  async noticed(mutant: ReaderMutant | null): Promise<string[]> {
    this.#mutant = mutant;
    this.#applied = 0;
    const { runner, moduleGraph } = this.environment;
    moduleGraph.invalidateAll();
    runner.clearCache();
    const { readNetwork }: Importers = await runner.import(join(READERS, 'index.ts'));
    const { FloatRun }: Runs = await runner.import(join(READERS, 'float-run.ts'));
    if (mutant !== null && this.#applied !== 1) throw new Error(`${mutant.file} was not mutated`);
    const found: string[] = [];
    for (const name of readdirSync(FIXTURES)) {
      if (!/^(gru|lstm)\./.test(name) || /\.(expected\.json|bin)$/.test(name)) continue;
      const { x, y } = JSON.parse(readFileSync(join(FIXTURES, `${name.split('.')[0]}.expected.json`), 'utf8'));
      try {
        const { network, problems } = await readNetwork(join(FIXTURES, name));
        const own = problems.length === 0 ? new FloatRun(network).run(Float64Array.from(x)).at(-1)! : [];
        const same = own.length === y.length && own.every((value, j) => Math.abs(value - y[j]) < TOLERANCE);
        if (!same) found.push(name);
      } catch {
        found.push(name);
      }
    }
    return found;
  }

  close(): Promise<void> {
    return this.environment.close();
  }
}

/** npm run mutation:readers: all mutants; fails where one is not noticed. */
export async function main(): Promise<number> {
  const mutation = await ReaderMutation.start();
  let caught = 0;
  try {
    const without = await mutation.noticed(null);
    if (without.length > 0) throw new Error(`without a mutant: ${without.join(', ')}`);
    for (const mutant of READER_MUTANTS) {
      const found = await mutation.noticed(mutant);
      if (found.length > 0) caught++;
      process.stdout.write(`${mutant.file}, ${mutant.mistake}: ${found.join(', ') || 'NOT CAUGHT'}\n`);
    }
  } finally {
    await mutation.close();
  }
  process.stdout.write(`${caught} of ${READER_MUTANTS.length} mutants of readers caught\n`);
  return caught === READER_MUTANTS.length ? 0 : 1;
}
