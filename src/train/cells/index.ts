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

export const stepsOf = (shape: LayerShape): CellSteps => CELLS[shape.cell].steps(shape);

/** The recurrent part has a bias of its own. */
export const hasRecurrentBias = (shape: LayerShape): boolean => stepsOf(shape).dRecurrent !== null;
