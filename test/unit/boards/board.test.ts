import { describe, expect, test } from 'vitest';
import { listBoards, loadBoard, parseBoard } from '../../../src/boards/board.js';
import { CORES } from '../../../src/targets/cores.js';

describe('boards', () => {
  test('every folder with a board.json loads', () => {
    for (const id of listBoards()) expect(loadBoard(id).id).toBe(id);
  });

  test('every core has its board, and the board can run its code', () => {
    for (const core of Object.values(CORES)) {
      const board = loadBoard(core.board);
      expect(CORES[board.core].isa).toBe(core.isa);
      expect(CORES[board.core].compiler).toBe(core.compiler);
    }
  });

  test('memory is given in bytes', () => {
    const board = loadBoard('qemu_cortex_m0');
    expect(board).toMatchObject({
      memory: { flash: { origin: 0, bytes: 262144 }, ram: { origin: 0x20000000, bytes: 16384 } },
    });
  });

  test.each(['nope', '../boards/host', '', 'common'])('there is no board "%s"', (id) => {
    expect(() => loadBoard(id)).toThrow(/board_unknown.*no board.*\n.*qemu_cortex_m0/);
  });

  test.each([
    ['another id', { id: 'other' }],
    ['an unknown core', { core: 'cortex-m99' }],
    ['an unknown runner', { runner: 'rocket' }],
    ['an unknown field', { colour: 'green' }],
    ['a memory the host has not', { memory: {} }],
  ])('a board.json with %s is a bug', (_, change) => {
    const good = { id: 'host', core: 'host', description: 'd', runner: 'host' };
    expect(parseBoard('host', good)).toEqual(good);
    expect(() => parseBoard('host', { ...good, ...change })).toThrow('bug in rnnq: boards/host/board.json');
  });
});
