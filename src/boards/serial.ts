import { fail } from '../diagnostics.js';
import { npmInstall } from '../package-root.js';
import type { Board, DeviceBoard } from './board.js';
import { portAmbiguous, portMissing, portsUnknown, portUnusable } from './diagnostics.js';
import { LineSplitter } from './step-log.js';

type SerialPortPackage = typeof import('serialport');

/** serialport has a native part, so it is an optional dependency of rnnq. */
async function loadSerialPort(): Promise<SerialPortPackage> {
  try {
    return await import('serialport');
  } catch {
    return fail({
      code: 'tool_missing',
      at: '',
      message: 'the npm package serialport was not found',
      hint: npmInstall('serialport'),
    });
  }
}

/** The serial port of a board, by the USB ids of board.json; refuses where there is none, or more than one. */
export async function findPort(board: DeviceBoard): Promise<string> {
  const { SerialPort } = await loadSerialPort();
  const ports = await SerialPort.list().catch((error: Error) => fail(portsUnknown(board.id, error.message)));
  return choosePort(board, ports);
}

/** A serial port as the operating system describes it. */
export interface PortInfo {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
}

/** The port of a board among those that there are. */
export function choosePort(board: DeviceBoard, ports: readonly PortInfo[]): string {
  const isIts = (vendor = '', product = '') =>
    board.usb.some((d) => d.vendor === vendor.toLowerCase() && d.product === product.toLowerCase());
  const its = ports.filter((port) => isIts(port.vendorId, port.productId)).map((port) => port.path);
  if (its.length > 1) fail(portAmbiguous(board.id, its));
  return (
    its[0] ??
    fail(
      portMissing(
        board.id,
        ports.map((port) => port.path),
      ),
    )
  );
}

/**
 * Reads lines from a serial port, 8N1, until `signal` aborts or the port goes away; gives the reason it ended. What `onLine`
 * gives is sent back; `greeting` is sent first.
 */
export async function readLines(
  path: string,
  baud: number,
  onLine: (line: string) => Uint8Array | null,
  signal: AbortSignal,
  greeting: Uint8Array | null = null,
): Promise<'stopped' | 'unplugged'> {
  const { SerialPort } = await loadSerialPort();
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve()))).catch(
    (error) => fail(portUnusable(path, ...explain(error as Error))),
  );
  const send = (bytes: Uint8Array | null) => bytes !== null && port.write(Buffer.from(bytes));
  const splitter = new LineSplitter((line) => send(onLine(line)));
  port.on('data', (bytes: Buffer) => splitter.push(bytes));
  send(greeting);
  return new Promise((resolve) => {
    port.once('close', (error: Error | null) => resolve(error ? 'unplugged' : 'stopped'));
    const stop = () => port.isOpen && port.close();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** What the operating system says, and what to do about it. */
function explain({ message }: Error): [reason: string, hint: string] {
  if (/lock|busy|temporarily unavailable|access denied/i.test(message))
    return [`another program uses it (${message})`, 'close the other monitor; fuser names it on Linux'];
  if (/permission/i.test(message))
    return [message, 'join the group that owns it: sudo usermod -aG dialout $USER, then log in again'];
  if (/no such file|file not found/i.test(message))
    return [message, 'rnnq boards --connected lists the ports there are'];
  if (/inappropriate ioctl|not a tty|baud rate/i.test(message))
    return [message, 'it is not a serial port: rnnq boards --connected lists those there are'];
  return [message, 'unplug the board and plug it in again'];
}

/** Where a person finds the console of a board. */
export const consoleOf = (board: Board): string => (board.runner === 'device' ? board.console.where : 'this terminal');
