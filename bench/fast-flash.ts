import { loadBoard, operatingPoints } from '../src/boards/board.js';
import type { FlashPoint } from '../src/targets/flash-timing.js';

/** Boards on which waiting for the flash is looked at: two flashes of each core. */
export const BOARDS = {
  'cortex-m4': ['stm32f4_discovery', 'nrf52840_dk'],
  'cortex-m0plus': ['nucleo_g071rb', 'raspberry_pi_pico'],
} as const;

/** How a board reads its flash at its fastest clock. */
export function fastFlash(id: string): FlashPoint {
  const board = loadBoard(id);
  const points = board.runner === 'device' ? operatingPoints(board) : [];
  const flash = points.find(({ name }) => name === 'fast')?.flash;
  if (flash == null) throw new Error(`${id} has no fast clock with a known flash`);
  return flash;
}
