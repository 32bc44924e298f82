import { bug } from '../../diagnostics.js';
import type { Cell, LayerShape } from '../engine/layout.js';
import type { CellSteps } from '../engine/step.js';
import type { CellDef } from './cell.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { rnn } from './rnn.js';

/** Every cell that can be trained; an omission is a compile error. */
export const CELLS: { readonly [C in Cell]: CellDef } = { rnn, gru, lstm };

export const CELL_NAMES = Object.keys(CELLS) as [Cell, ...Cell[]];

/** Rows of a cell's matrices in one unit. */
export const gateCount = (cell: Cell): number => CELLS[cell].gates.length;

/** The time step of a cell. Steps written for other gates would make the engine compute beyond its buffers: that is a bug. */
export function stepsOf(shape: LayerShape): CellSteps {
  const def = CELLS[shape.cell];
  const steps = def.steps(shape);
  let next = 0;
  for (const { first, gates } of steps.products) {
    if (first !== next) bug(`the products of cell ${shape.cell} skip or repeat gate ${Math.min(first, next)}`);
    next += gates;
  }
  if (next !== def.gates.length)
    bug(`the products of cell ${shape.cell} cover ${next} gates, its row has ${def.gates.length}`);
  return steps;
}

/** The recurrent part has a bias of its own. */
export const hasRecurrentBias = (shape: LayerShape): boolean => stepsOf(shape).dRecurrent !== null;
