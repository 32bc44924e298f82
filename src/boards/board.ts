import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { badOption, bug, fail } from '../diagnostics.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { CORES, type CoreName } from '../targets/cores.js';
import { FLASH_TIMINGS, type FlashPoint, type FlashTimingName } from '../targets/flash-timing.js';

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

const memory = z.strictObject({ flash: region, ram: region });
const clock = z.strictObject({ hz: z.int().positive(), source: z.string().min(1) });
const speed = {
  waitStates: z.int().nonnegative(),
  /** Whether caches and prefetch of the flash are on. */
  accelerated: z.boolean(),
  source: z.string().min(1),
};
/** How the chip reads its flash at its clock after reset, and at the fastest that is documented and that the firmware can set. */
/** What the firmware writes to set a clock, as the manual describes it. */
const register = z.strictObject({
  name: z.string().regex(/^[A-Z0-9_]+$/),
  value: z.string().regex(/^0x[0-9a-f]{8}$/),
  means: z.string().min(1),
  source: z.string().min(1),
});
const points = z.strictObject({
  flash: z.enum(Object.keys(FLASH_TIMINGS) as [FlashTimingName, ...FlashTimingName[]]),
  reset: z.strictObject(speed),
  fast: z.strictObject({ hz: z.int().positive(), ...speed, registers: z.array(register).min(1) }).optional(),
});
const energy = z.strictObject({
  microampsPerMHz: z.number().positive(),
  volts: z.number().positive(),
  /** At which clock: that after reset, the fast one, or both. */
  points: z.array(z.enum(['reset', 'fast'])).min(1),
  /** Where the number is, and under which conditions. */
  source: z.string().min(1),
});
const hexadecimal = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const fileName = z.string().regex(/^[a-z0-9_]+\.[cS]$/);

/** What the ROM or a boot loader of the chip expects in the flash; src/build/check-firmware.ts checks each. */
const boot = z.strictObject({
  kind: z.enum(['rp2040', 'rp2350', 'imxrt1062']),
  /** The boot blocks, files of boards/chips. */
  file: fileName,
  /** Bytes between the flash origin and the vector table. */
  vectorsOffset: z.int().nonnegative(),
  source: z.string().min(1),
});

/** A way to write the flash, in order of preference; src/boards/writers knows the command lines. */
const writer = z.discriminatedUnion('tool', [
  z.strictObject({ tool: z.literal('openocd'), files: z.array(z.string()).min(1), source: z.string() }),
  z.strictObject({ tool: z.literal('pyocd'), target: z.string(), source: z.string() }),
  z.strictObject({ tool: z.literal('pyocd-flashtool'), target: z.string(), source: z.string() }),
  z.strictObject({ tool: z.literal('probe-rs'), chip: z.string(), source: z.string() }),
  z.strictObject({ tool: z.literal('st-flash'), source: z.string() }),
  z.strictObject({ tool: z.literal('picotool'), source: z.string() }),
  z.strictObject({ tool: z.literal('bossac'), source: z.string() }),
  z.strictObject({ tool: z.literal('teensy_loader_cli'), mcu: z.string(), source: z.string() }),
  z.strictObject({ tool: z.literal('dfu-util'), alternate: z.int().nonnegative(), source: z.string() }),
  z.strictObject({
    tool: z.literal('volume'),
    /** Name of the volume that appears when the board is plugged in. */
    label: z.string(),
    format: z.enum(['hex', 'bin', 'uf2']),
    source: z.string(),
  }),
]);

const usbDevice = z.strictObject({
  vendor: hexadecimal(4),
  product: hexadecimal(4),
  /** What shows itself with these ids: the probe, the boot loader, the running board. */
  what: z.string().min(1),
  /** Which tools can write through it. */
  tools: z.array(z.string()),
  source: z.string().min(1),
});

const device = z.strictObject({
  ...described,
  runner: z.literal('device'),
  chip: z.string().min(1),
  memory,
  boot: boot.optional(),
  /** The chip's start-up and console, files of boards/chips. */
  files: z.array(fileName).min(1),
  /** Macros for them. */
  defines: z.record(z.string().regex(/^RNNQ_[A-Z0-9_]+$/), z.int().nonnegative()).default({}),
  clock,
  points: points.optional(),
  energy: energy.optional(),
  console: z.strictObject({
    baud: z.int().positive(),
    where: z.string().min(1),
    source: z.string().min(1),
    /** Where bytes go in, of boards whose chip file sets the receiver up. */
    input: z.strictObject({ where: z.string().min(1), source: z.string().min(1) }).optional(),
  }),
  /** Family id in UF2 files, for boards that take them. */
  uf2Family: hexadecimal(8).optional(),
  usb: z.array(usbDevice),
  writers: z.array(writer),
  /** QEMU's model of this board, and which of its serial ports, from 0, is the console. */
  emulator: z
    .strictObject({
      machine: z.string(),
      serial: z.int().nonnegative(),
      /** Clock of SysTick or TIMER0 in QEMU; it need not be that of the real board. */
      counterHz: z.int().positive(),
      source: z.string(),
    })
    .optional(),
});

const boardSchema = z.discriminatedUnion('runner', [
  z.strictObject({ ...described, runner: z.literal('host') }),
  z.strictObject({
    ...described,
    runner: z.literal('qemu'),
    /** Value of QEMU's -M option. */
    machine: z.string().min(1),
    memory,
    /** Clock of SysTick. */
    clock,
  }),
  device,
]);

/** A core with memory and a way to run programs on it: boards/<id>/board.json. */
export type Board = z.infer<typeof boardSchema>;
/** A board as one can buy it (or QEMU's model of one): its console is a serial port, its flash is written by a tool. */
export type DeviceBoard = Extract<Board, { runner: 'device' }>;
/** Where programs have files, a console and an exit code: this computer, or QEMU with semihosting. */
export type BenchBoard = Exclude<Board, DeviceBoard>;
export type QemuBoard = Extract<Board, { runner: 'qemu' }>;
export type Writer = z.infer<typeof writer>;

/** The clocks of a board: that after reset, and the fastest that is documented and that the firmware can set. */
export type ClockName = 'reset' | 'fast';

/** A clock of a board, and how its flash is read at it; null where that is not known. */
export interface OperatingPoint {
  readonly name: ClockName;
  readonly hz: number;
  readonly flash: FlashPoint | null;
  readonly source: string;
}

/** The clocks of a board: after reset, and the fastest that its firmware can set. */
export function operatingPoints({ clock, points }: DeviceBoard): OperatingPoint[] {
  if (points === undefined) return [{ name: 'reset', hz: clock.hz, flash: null, source: clock.source }];
  const timing = FLASH_TIMINGS[points.flash];
  const point = (name: ClockName, hz: number, { waitStates, accelerated, source }: typeof points.reset) => ({
    ...{ name, hz, source, flash: { timing, waitStates, accelerated } },
  });
  return [
    point('reset', clock.hz, points.reset),
    ...(points.fast === undefined ? [] : [point('fast', points.fast.hz, points.fast)]),
  ];
}

/** Bytes of RAM that a firmware keeps for the stack, at least. */
export const STACK_BYTES = 2048;

/** Bytes of flash and RAM, without those of the stack, that a plan may take on a board; none for a computer. */
export const boardLimits = (board: Board): { readonly flash?: number; readonly ram?: number } =>
  board.runner === 'host' ? {} : { flash: board.memory.flash.bytes, ram: board.memory.ram.bytes - STACK_BYTES };

/** Devices with so many bytes of flash, and of RAM with the stack; the need differs a little from core to core. */
export const boardsWith = (need: { readonly flash: number; readonly ram: number }): string[] =>
  listBoards()
    .map(loadBoard)
    .filter((b) => b.runner === 'device' && b.memory.flash.bytes >= need.flash && b.memory.ram.bytes >= need.ram)
    .map((b) => b.id);

/** Folder with one folder per board, and boards/common with their start-up and input/output. */
export const BOARDS_DIRECTORY = join(PACKAGE_ROOT, 'boards');

const fileOf = (id: string): string => join(BOARDS_DIRECTORY, id, 'board.json');

/** Ids of all boards, sorted. */
export function listBoards(): string[] {
  return readdirSync(BOARDS_DIRECTORY)
    .filter((id) => existsSync(fileOf(id)))
    .sort();
}

/** Whether a program on a board can read what the computer sends: a file, or bytes of the serial port. */
export const takesSamples = (board: Board): boolean => board.runner !== 'device' || board.console.input !== undefined;

/** Whether a board runs at a clock; one that has no faster one is the user's mistake. */
export function checkClock(board: Board, clock: ClockName): void {
  if (clock === 'fast' && (board.runner !== 'device' || board.points?.fast === undefined))
    fail({
      ...badOption('--clock', clock, `a clock that ${board.id} can be set to`),
      ...{ usage: true, hint: 'without --clock the firmware keeps the clock after reset' },
    });
}

/** Reads and checks one board; an id that is not in boards/ is the user's mistake. */
export function loadBoard(id: string): Board {
  const known = listBoards();
  if (!known.includes(id)) {
    fail({
      ...{ code: 'board_unknown', at: '--board', message: `there is no board ${JSON.stringify(id)}`, usage: true },
      hint: `one of ${known.join(', ')}; rnnq boards explains them`,
    });
  }
  return parseBoard(id, JSON.parse(readFileSync(fileOf(id), 'utf8')));
}

/** Where a core's code is counted: that of Armv6-M on a machine with more memory, whose instructions are the same. */
export const countingBoard = (core: CoreName): string =>
  CORES[core].board === 'qemu_cortex_m0' ? 'qemu_cortex_m3' : CORES[core].board;

/** A board on which test programs run: with files, a console and an exit code. */
export function loadBench(id: string): BenchBoard {
  const board = loadBoard(id);
  if (board.runner === 'device') bug(`board ${id} has no files, but a test program needs them`);
  return board;
}

/** Checks the content of a board.json; the files are ours, so a mistake in one is a bug. */
export function parseBoard(id: string, content: unknown): Board {
  const parsed = boardSchema.safeParse(content);
  if (!parsed.success) bug(`boards/${id}/board.json: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.id !== id) bug(`boards/${id}/board.json says id "${parsed.data.id}"`);
  return parsed.data;
}
