// What a step waits for the flash of real boards, by the product's own model: cycles without wait states, and with those of the
// fastest clock. GRU and LSTM of 40 inputs, 64 units and 12 classes, ternary, separate and joint scope. Needs `npm run build`.
//   node bench/stalls.mjs [--cells lstm,gru]
import { parseArgs } from 'node:util';
import { loadBoard, operatingPoints } from '../dist/boards/board.js';
import { compileModel } from '../dist/compiler/compile.js';
import { measureCycles } from '../dist/cycles.js';
import { SeededRandom } from '../dist/fixed/random.js';
import { network } from './random-network.mjs';

const BOARDS = ['stm32f4_discovery', 'nrf52840_dk', 'nucleo_g071rb', 'raspberry_pi_pico'];
const { values: options } = parseArgs({ options: { cells: { type: 'string', default: 'lstm,gru' } } });

console.log('| cell | objective | board | no wait states | at the fastest clock | more | without prefetch | more |');
console.log('|---|---|---|--:|--:|--:|--:|--:|');
for (const cell of options.cells.split(','))
  for (const [objective, allowWeightsAsCode] of [
    ['balanced', false],
    ['speed', false],
    ['speed', true],
  ]) {
    const model = network(new SeededRandom(7), cell, 40, 64, { scope: 'joint' });
    for (const core of ['cortex-m4', 'cortex-m0plus']) {
      const boards = BOARDS.map(loadBoard).filter((board) => board.core === core);
      const points = boards
        .map((board) => operatingPoints(board).find(({ name }) => name === 'fast').flash)
        .flatMap((flash) => [flash, { ...flash, timing: { ...flash.timing, prefetch: false } }]);
      const compilation = compileModel(model, { core, objective, allowWeightsAsCode });
      const { cycles, waiting } = await measureCycles(compilation, core, { count: 4, points });
      boards.forEach((board, i) => {
        const cells = waiting
          .slice(2 * i, 2 * i + 2)
          .flatMap(({ cycles: more }) => [cycles.max + more, `${((100 * more) / cycles.max).toFixed(0)} %`]);
        const name = `${objective}${allowWeightsAsCode ? ', weights as code' : ''}`;
        console.log(`| ${[cell, name, board.id, cycles.max, ...cells].join(' | ')} |`);
      });
    }
  }
