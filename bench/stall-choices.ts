// Whether the planner, which estimates what a step waits for the flash, chooses the fastest plan: every sample is compiled for all
// objectives, with and without weights as code, from flash and from RAM (--place), each plan is traced, and the planner's choice for
// a board at its fastest clock is compared with the fastest of its place.
//   node scripts/run.mjs bench/stall-choices.ts [sample...]
import { readFileSync } from 'node:fs';
import { type Compilation, compile } from '../src/compiler/compile.js';
import { measureCycles } from '../src/cycles.js';
import { OBJECTIVES, type Place } from '../src/ir/plan.js';
import { BOARDS, fastFlash } from './fast-flash.js';

const SAMPLES = [
  ...['gru_digits', 'gru_joint_multiplier', 'gru_many_zeros', 'lstm_s8_multiplier', 'rnn_relu_binary'],
  ...['gru_ternary_shift', 'lstm_on_gru', 'gru_16_bits', 'lstm_one_hot', 'lstm_interpolated'],
];

const PLACES_OF_PLANS: readonly Place[] = ['flash', 'ram'];

const kernelsOf = ({ plan }: Compilation): string =>
  plan.choices.map(({ chosen }) => `${chosen.symbol} ${chosen.block}`).join(', ');

export async function main(args: readonly string[]): Promise<void> {
  console.log(
    '| sample | place | board | weights as code | cycles of the choice | waiting, estimated | traced | fastest plan | more |',
  );
  console.log('|---|---|---|---|--:|--:|--:|--:|--:|');
  const cases = (args.length === 0 ? SAMPLES : args).flatMap((sample) =>
    PLACES_OF_PLANS.map((place) => ({ sample, place })),
  );
  for (const { sample, place } of cases)
    for (const core of ['cortex-m0plus', 'cortex-m4'] as const) {
      const text = readFileSync(`test/samples/${sample}/model.json`, 'utf8');
      const points = BOARDS[core].map(fastFlash);
      /** Kernels of a plan -> cycles with waiting and waiting alone, on each board. */
      const traced = new Map<string, { readonly total: number; readonly waiting: number }[]>();
      const trace = async (compilation: Compilation) => {
        const known = traced.get(kernelsOf(compilation));
        if (known !== undefined) return known;
        const { cycles, waiting } = await measureCycles(compilation, core, { count: 3, points });
        const costs = waiting.map((w) => ({ total: cycles!.max + w.cycles, waiting: w.cycles }));
        traced.set(kernelsOf(compilation), costs);
        return costs;
      };
      for (const allowWeightsAsCode of [false, true]) {
        for (const objective of OBJECTIVES) await trace(compile(text, { core, place, objective, allowWeightsAsCode }));
        for (const [b, board] of BOARDS[core].entries()) {
          const choice = compile(text, { board, place, clock: 'fast', objective: 'speed', allowWeightsAsCode });
          const own = (await trace(choice))[b]!;
          const best = Math.min(...[...traced.values()].map((costs) => costs[b]!.total));
          const more = `${(100 * (own.total / best - 1)).toFixed(1)} %`;
          const cells = [own.total, choice.plan.estimate.stalls, own.waiting, best, more];
          console.log(`| ${[sample, place, board, allowWeightsAsCode ? 'allowed' : '', ...cells].join(' | ')} |`);
        }
      }
    }
}
