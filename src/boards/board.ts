import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { bug, fail } from '../diagnostics.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { CORES, type CoreName } from '../targets/cores.js';

const region = z.strictObject({
  /** First address, written in hexadecimal in the file. */
  origin: z
    .string()
    .regex(/^0x[0-9a-f]{8}$/)
    .transform(Number),
  bytes: z.int().positive(),
  /** Where origin and size are documented. */
  source: z.string().min(1),
});

const described = {
  id: z.string().regex(/^[a-z][a-z0-9_]*$/),
  core: z.enum(Object.keys(CORES) as [CoreName, ...CoreName[]]),
  description: z.string().min(1),
};

const boardSchema = z.discriminatedUnion('runner', [
  z.strictObject({ ...described, runner: z.literal('host') }),
  z.strictObject({
    ...described,
    runner: z.literal('qemu'),
    /** Value of QEMU's -M option. */
    machine: z.string().min(1),
    memory: z.strictObject({ flash: region, ram: region }),
  }),
]);

/** A core with memory and a way to run programs on it: boards/<id>/board.json. */
export type Board = z.infer<typeof boardSchema>;
export type QemuBoard = Extract<Board, { runner: 'qemu' }>;

/** Folder with one folder per board, and boards/common with their start-up and input/output. */
export const BOARDS_DIRECTORY = join(PACKAGE_ROOT, 'boards');

const fileOf = (id: string): string => join(BOARDS_DIRECTORY, id, 'board.json');

/** Ids of all boards, sorted. */
export function listBoards(): string[] {
  return readdirSync(BOARDS_DIRECTORY)
    .filter((id) => existsSync(fileOf(id)))
    .sort();
}

/** Reads and checks one board; an id that is not in boards/ is the user's mistake. */
export function loadBoard(id: string): Board {
  const known = listBoards();
  if (!known.includes(id)) {
    fail({ code: 'board_unknown', at: '', message: `no board "${id}"`, hint: `one of ${known.join(', ')}` });
  }
  return parseBoard(id, JSON.parse(readFileSync(fileOf(id), 'utf8')));
}

/** Checks the content of a board.json; the files are ours, so a mistake in one is a bug. */
export function parseBoard(id: string, content: unknown): Board {
  const parsed = boardSchema.safeParse(content);
  if (!parsed.success) bug(`boards/${id}/board.json: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.id !== id) bug(`boards/${id}/board.json says id "${parsed.data.id}"`);
  return parsed.data;
}
