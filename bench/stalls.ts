// What a step waits for the flash of real boards, by the product's own model: cycles without wait states, and with those of the
// fastest clock, with and without prefetch, from flash and from RAM. GRU and LSTM of 40 inputs, 64 units and 12 classes, ternary, joint scope.
//   node scripts/run.mjs bench/stalls.ts
import { compileModel } from '../src/compiler/compile.js';
import { measureCycles } from '../src/cycles.js';
import { SeededRandom } from '../src/fixed/random.js';
import { BOARDS, fastFlash } from './fast-flash.js';
import { network } from './random-network.js';

const PLANS = [
  { objective: 'balanced' },
  { objective: 'balanced', place: 'ram-code' },
  { objective: 'balanced', place: 'ram' },
  { objective: 'speed' },
  { objective: 'speed', allowWeightsAsCode: true },
] as const;

export async function main(): Promise<void> {
  console.log('| cell | plan | board | no wait states | at the fastest clock | more | without prefetch | more |');
  console.log('|---|---|---|--:|--:|--:|--:|--:|');
  for (const cell of ['lstm', 'gru'] as const)
    for (const request of PLANS)
      for (const core of ['cortex-m4', 'cortex-m0plus'] as const) {
        const model = network(new SeededRandom(7), cell, 40, 64, { scope: 'joint' });
        const compilation = compileModel(model, { core, ...request });
        const points = BOARDS[core]
          .map(fastFlash)
          .flatMap((flash) => [flash, { ...flash, timing: { ...flash.timing, prefetch: false } }]);
        const { cycles, waiting } = await measureCycles(compilation, core, { count: 4, points });
        if (cycles === null) throw new Error('QEMU with plugins is needed');
        BOARDS[core].forEach((board, i) => {
          const cells = waiting
            .slice(2 * i, 2 * i + 2)
            .flatMap(({ cycles: more }) => [cycles.max + more, `${((100 * more) / cycles.max).toFixed(0)} %`]);
          const plan = Object.values({
            ...request,
            ...('allowWeightsAsCode' in request && { allowWeightsAsCode: 'weights as code' }),
          }).join(', ');
          console.log(`| ${[cell, plan, board, cycles.max, ...cells].join(' | ')} |`);
        });
      }
}
