// What a step waits for the flash of real boards, by the product's own model: cycles without wait states, and with those of the
// fastest clock, with and without prefetch. GRU and LSTM of 40 inputs, 64 units and 12 classes, ternary, joint scope.
//   node scripts/run.mjs bench/stalls.ts
import { loadBoard, type OperatingPoint, operatingPoints } from '../src/boards/board.js';
import { compileModel } from '../src/compiler/compile.js';
import { measureCycles } from '../src/cycles.js';
import { SeededRandom } from '../src/fixed/random.js';
import { network } from './random-network.js';

const BOARDS = {
  'cortex-m4': ['stm32f4_discovery', 'nrf52840_dk'],
  'cortex-m0plus': ['nucleo_g071rb', 'raspberry_pi_pico'],
} as const;
const PLANS = [
  ['balanced', false],
  ['speed', false],
  ['speed', true],
] as const;

/** How a board reads its flash at its fastest clock. */
function fastFlash(id: string): NonNullable<OperatingPoint['flash']> {
  const board = loadBoard(id);
  const points = board.runner === 'device' ? operatingPoints(board) : [];
  const flash = points.find(({ name }) => name === 'fast')?.flash;
  if (flash == null) throw new Error(`${id} has no fast clock with a known flash`);
  return flash;
}

export async function main(): Promise<void> {
  console.log('| cell | plan | board | no wait states | at the fastest clock | more | without prefetch | more |');
  console.log('|---|---|---|--:|--:|--:|--:|--:|');
  for (const cell of ['lstm', 'gru'] as const)
    for (const [objective, allowWeightsAsCode] of PLANS)
      for (const core of ['cortex-m4', 'cortex-m0plus'] as const) {
        const model = network(new SeededRandom(7), cell, 40, 64, { scope: 'joint' });
        const compilation = compileModel(model, { core, objective, allowWeightsAsCode });
        const points = BOARDS[core]
          .map(fastFlash)
          .flatMap((flash) => [flash, { ...flash, timing: { ...flash.timing, prefetch: false } }]);
        const { cycles, waiting } = await measureCycles(compilation, core, { count: 4, points });
        if (cycles === null) throw new Error('QEMU with plugins is needed');
        BOARDS[core].forEach((board, i) => {
          const cells = waiting
            .slice(2 * i, 2 * i + 2)
            .flatMap(({ cycles: more }) => [cycles.max + more, `${((100 * more) / cycles.max).toFixed(0)} %`]);
          const plan = `${objective}${allowWeightsAsCode ? ', weights as code' : ''}`;
          console.log(`| ${[cell, plan, board, cycles.max, ...cells].join(' | ')} |`);
        });
      }
}
