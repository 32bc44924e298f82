import { copyFile } from 'node:fs/promises';
import { execa } from 'execa';
import { fail } from '../diagnostics.js';
import { type DeviceBoard, listBoards, loadBoard, type Writer } from './board.js';
import { devicesOf, type Found, findVolumes, listUsb, type UsbDevice } from './detect.js';
import { boardAmbiguous, boardMissing, boardNotWritable, writeFailed, writerMissing } from './diagnostics.js';
import { findPort } from './serial.js';
import { findTool, installOf, requireTool } from './tools.js';
import { describeStep, VERIFIES, type WriteJob, type WriterName, type WriteStep, writeSteps } from './writers.js';

export interface WriteOptions {
  /** Use this tool; without it the first of board.json that is installed and fits what is connected. */
  readonly tool?: WriterName;
  readonly serial?: string;
  readonly port?: string;
  readonly volume?: string;
  /** Only tell what would be done; needs no board. */
  readonly dryRun?: boolean;
  readonly timeoutMs?: number;
}

/** A decided way to write: the tool, its commands, and whether it reads back. */
export interface WritePlan {
  readonly tool: WriterName;
  readonly steps: readonly WriteStep[];
  readonly verifies: boolean;
}

/** Chooses tool and device for a board; refuses where there is none, or more than one. */
export async function planWrite(job: WriteJob, options: WriteOptions): Promise<WritePlan> {
  const { board } = job;
  if (board.writers.length === 0) fail(boardNotWritable(board.id, 'rnnq run --runner qemu runs it on QEMU'));
  const allowed = board.writers.filter(({ tool }) => options.tool === undefined || tool === options.tool);
  const devices = options.dryRun ? null : await connected(board, options);
  const writer = await chooseWriter(board, allowed, devices, options);
  const volume =
    options.volume ?? (writer.tool === 'volume' ? await oneVolume(board, writer.label, options) : undefined);
  const port = options.port ?? (writer.tool === 'bossac' && !options.dryRun ? await findPort(board) : undefined);
  const place = { ...(volume === undefined ? {} : { volume }), ...(port === undefined ? {} : { port }) };
  const steps = writeSteps(writer, { ...job, ...place });
  return { tool: writer.tool, steps, verifies: VERIFIES[writer.tool] };
}

/** Devices of the board that are connected; null where this system does not tell. */
async function connected(board: DeviceBoard, { serial, port, volume }: WriteOptions): Promise<Found[] | null> {
  if (port !== undefined || volume !== undefined) return null;
  const all = await listUsb();
  if (all === null) return null;
  const found = devicesOf(board, all).filter((device) => serial === undefined || device.serial === serial);
  if (found.length > 1)
    fail(
      boardAmbiguous(
        board.id,
        found.map((d) => `${d.what} ${d.vendor}:${d.product} serial ${d.serial ?? 'unknown'}`),
      ),
    );
  if (found.length === 0) {
    const looked = board.usb.map((d) => `${d.what} (${d.vendor}:${d.product})`).join(', ');
    const emulator = board.emulator === undefined ? '' : '; or --runner qemu';
    const others = otherBoards(all);
    const advice =
      others.length > 0
        ? `connected is ${others.join(' or ')}`
        : 'plug it in; virtual machines must pass the USB device through';
    fail(boardMissing(board.id, looked, `${advice}${emulator}`));
  }
  return found;
}

/** Boards that the connected devices could be; several have the same probe. */
const otherBoards = (devices: readonly UsbDevice[]): string[] =>
  listBoards()
    .map(loadBoard)
    .flatMap((board) => (board.runner === 'device' && devicesOf(board, devices).length > 0 ? [board.id] : []));

async function chooseWriter(
  board: DeviceBoard,
  allowed: readonly Writer[],
  devices: readonly Found[] | null,
  { dryRun, volume }: WriteOptions,
): Promise<Writer> {
  const reachable = allowed.filter(({ tool }) => devices === null || devices.some((d) => d.tools.includes(tool)));
  if (reachable.length === 0)
    fail(
      boardMissing(
        board.id,
        `a device that ${allowed.map(({ tool }) => tool).join(', ')} can write through`,
        `connected is: ${devices?.map((d) => d.what).join(', ')}`,
      ),
    );
  for (const writer of reachable) {
    if (writer.tool === 'volume') {
      if (volume !== undefined || (await findVolumes(writer.label)).length > 0) return writer;
    } else if (volume === undefined && (await findTool(writer.tool)).available) return writer;
  }
  if (dryRun) return reachable[0]!;
  const volumes = reachable.filter((writer) => writer.tool === 'volume');
  const tools = reachable.flatMap(({ tool }) => (tool === 'volume' ? [] : [installOf(tool)]));
  return fail(writerMissing(board.id, [...volumes.map(({ label }) => `mount the volume ${label}`), ...tools]));
}

async function oneVolume(board: DeviceBoard, label: string, { dryRun }: WriteOptions): Promise<string> {
  const found = await findVolumes(label);
  if (found.length > 1) fail(boardAmbiguous(board.id, found));
  if (found.length === 0 && !dryRun)
    fail(
      boardMissing(
        board.id,
        `the volume ${label}`,
        'put the board into its boot loader, or name the folder with --volume',
      ),
    );
  return found[0] ?? label;
}

/** Does what was planned; a tool that fails, or does not end in time, is reported with its last lines. */
export async function write(plan: WritePlan, timeoutMs = 180_000): Promise<void> {
  for (const step of plan.steps) {
    const command = describeStep(step);
    if (step.kind === 'copy') {
      await copyFile(step.from, step.to).catch((error: Error) => fail(writeFailed(command, 'copy', error.message)));
      continue;
    }
    const { path } = await requireTool(plan.tool as Exclude<WriterName, 'volume'>);
    const result = await execa(path, step.args, {
      ...{ reject: false, all: true, stdin: 'ignore', timeout: timeoutMs, cwd: step.directory },
    });
    if (!result.failed) continue;
    const code = result.timedOut
      ? `no end after ${timeoutMs / 1000} s`
      : (result.signal ?? `exit code ${result.exitCode}`);
    fail(writeFailed(command, code, lastLines(result.all)));
  }
}

const lastLines = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-4)
    .join(' | ');
