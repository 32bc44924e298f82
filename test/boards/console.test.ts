import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { choosePort, readLines } from '../../src/boards/serial.js';
import { firstDifference, LineSplitter, StepLog } from '../../src/boards/step-log.js';
import { runFirmware } from '../../src/run.js';
import { devices, firmwareFor, TEST_MS, temporaryFolder, withoutCompiler } from './sample.js';

const HEAD = 'rnnq board=blue_pill model=0000002a clock=8000000 counter=dwt';

const logOf = (...lines: readonly string[]): StepLog => {
  const log = new StepLog();
  for (const line of lines) log.add(line);
  return log;
};

describe('the lines of the firmware', () => {
  test('a whole run', () => {
    const log = logOf(
      HEAD,
      'rnnq step=1 cycles=20113 hash=1c291ca3',
      'rnnq step=2 cycles=20114 hash=00000007',
      'rnnq selftest=0',
    );
    expect(log.head).toEqual({ board: 'blue_pill', modelHash: 42, clockHz: 8_000_000, counter: 'dwt' });
    expect(log.steps[0]).toEqual({ step: 1, cycles: 20113, hash: 0x1c291ca3 });
    expect(log.complete).toBe(true);
    expect(firstDifference(log, [0x1c291ca3, 7])).toBeNull();
  });

  test('the end of an earlier run and a broken line do not count', () => {
    const log = logOf(
      'ycles=5 hash=00000001',
      'rnnq step=2 cycles=1 hash=00000007',
      'rnnq selftest=0',
      HEAD,
      'rnnq step=1 cycles=9 hash=00000005',
    );
    expect(log.complete).toBe(false);
    expect(log.steps).toHaveLength(1);
    expect(log.garbage).toEqual(['ycles=5 hash=00000001']);
  });

  test('a reset in the middle begins anew', () => {
    const log = logOf(
      HEAD,
      'rnnq step=1 cycles=9 hash=00000004',
      HEAD,
      'rnnq step=1 cycles=9 hash=00000005',
      'rnnq selftest=0',
    );
    expect(firstDifference(log, [5])).toBeNull();
  });

  test.each<[string, string[], string]>([
    [
      'a wrong hash',
      ['rnnq step=1 cycles=1 hash=00000006', 'rnnq selftest=0'],
      'step 1: hash 00000006, the golden says 00000005',
    ],
    ['a lost step', ['rnnq step=2 cycles=1 hash=00000005', 'rnnq selftest=0'], 'step 1 was lost, step 2 came instead'],
    ['an early end', ['rnnq selftest=0'], 'step 1 of 1 did not come'],
    ['no self-test', ['rnnq step=1 cycles=1 hash=00000005'], 'the self-test did not come'],
    [
      'a failed self-test',
      ['rnnq step=1 cycles=1 hash=00000005', 'rnnq selftest=1'],
      'the self-test found step 1 wrong',
    ],
    ['a fault', ['rnnq: FAULT exception 0x03 status 0x00000400'], 'rnnq: FAULT exception 0x03 status 0x00000400'],
  ])('%s is reported', (_, lines, expected) => {
    expect(firstDifference(logOf(HEAD, ...lines), [5])).toBe(expected);
  });

  test('what did not come in time is said with the time', () => {
    const log = logOf(HEAD, 'rnnq step=1 cycles=1 hash=00000005');
    log.waited = 60;
    expect(firstDifference(log, [5, 6])).toBe('step 2 of 2 did not come within 60 s (--timeout)');
    expect(firstDifference(log, [5])).toBe('the self-test did not come within 60 s (--timeout)');
  });

  test('bytes come in any pieces, and a line without end is not kept for ever', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const piece of ['rnnq st', 'ep=1\r', '\nrn', 'nq\n']) splitter.push(Buffer.from(piece));
    splitter.push(Buffer.alloc(5000, 0xfe));
    splitter.push(Buffer.from('\n'));
    expect(lines.slice(0, 2)).toEqual(['rnnq step=1', 'rnnq']);
    expect(lines[2]).toHaveLength(1000);
  });
});

describe('the port of a board', () => {
  const board = devices.find(({ id }) => id === 'nucleo_f446re')!;
  const its = (path: string) => ({ path, vendorId: '0483', productId: '374B' });
  const other = { path: '/dev/ttyS0' };

  test('is the one with its USB ids', () => {
    expect(choosePort(board, [other, its('/dev/ttyACM0')])).toBe('/dev/ttyACM0');
  });

  test('no such port: those that there are are listed', () => {
    expect(() => choosePort(board, [other])).toThrow(
      /^error port_missing at --port: no serial port of nucleo_f446re was found\n {2}hint: .*there are \/dev\/ttyS0$/,
    );
    expect(() => choosePort(board, [])).toThrow('hint: this computer has no serial ports now');
  });

  test('two ports are listed', () => {
    expect(() => choosePort(board, [its('/dev/ttyACM0'), its('/dev/ttyACM1')])).toThrow(
      /^error port_ambiguous at --port: 2 serial ports could be nucleo_f446re: \/dev\/ttyACM0, \/dev\/ttyACM1\n {2}hint: choose with --port$/,
    );
  });
});

const root = temporaryFolder();
const hasSerialPort = await import('serialport').then(
  () => true,
  () => false,
);
if (!hasSerialPort)
  console.warn('SKIPPED: serial ports, because the npm package serialport is missing (npm i serialport)');

/** A pseudo-terminal: what is written to this process comes out of the serial port that it names. */
const TERMINAL = `
import os, pty, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
for line in sys.stdin:
    os.write(master, line.encode().decode('unicode_escape').encode('latin1'))
`;

describe.skipIf(!hasSerialPort || process.platform !== 'linux')('a serial port', () => {
  let terminal: ChildProcess | undefined;
  afterEach(() => terminal?.kill());

  async function openTerminal(): Promise<{ path: string; send: (text: string) => void }> {
    const child = spawn('python3', ['-c', TERMINAL], { stdio: ['pipe', 'pipe', 'inherit'] });
    terminal = child;
    const path = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    return { path, send: (text) => child.stdin.write(`${text}\n`) };
  }

  test('gives the lines that the board sends, whatever stands between them', { timeout: TEST_MS }, async () => {
    const { path, send } = await openTerminal();
    const log = new StepLog();
    const stop = new AbortController();
    const read = readLines(
      path,
      115200,
      (line) => {
        log.add(line);
        if (log.garbage.length === 0) send(String.raw`\xff\x00\x80 noise\r\n`);
        else if (log.head === null)
          send(String.raw`${HEAD}\r\nrnnq step=1 cycles=7 hash=00000005\r\nrnnq selftest=0\r\n`);
        if (log.complete) stop.abort();
        return null;
      },
      stop.signal,
    );
    const knock = setInterval(() => log.garbage.length === 0 && send(String.raw`first\r\n`), 50);
    expect(await read).toBe('stopped');
    clearInterval(knock);
    expect(firstDifference(log, [5])).toBeNull();
  });

  test('a port that another program uses is refused', { timeout: TEST_MS }, async () => {
    const { path } = await openTerminal();
    const stop = new AbortController();
    const first = readLines(path, 115200, () => null, stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(readLines(path, 115200, () => null, stop.signal)).rejects.toThrow(
      /^error port_unusable at \/dev\/pts\/\d+: cannot be opened: another program uses it .*\n {2}hint: close the other monitor/,
    );
    stop.abort();
    await first;
  });

  test('a port that is not there is refused', async () => {
    await expect(readLines('/dev/ttyNOTHERE', 115200, () => null, new AbortController().signal)).rejects.toThrow(
      /^error port_unusable at \/dev\/ttyNOTHERE: cannot be opened: .*\n {2}hint: rnnq boards --connected/,
    );
  });

  describe.skipIf(withoutCompiler)('rnnq run', () => {
    const board = devices.find(({ id }) => id === 'nucleo_f446re')!;
    const runOn = async (path: string, timeoutMs: number) =>
      runFirmware({ ...(await firmwareFor(board, root())), board, stage: 'board', options: { port: path }, timeoutMs });

    test('only garbage on the line is reported with a piece of it', { timeout: TEST_MS }, async () => {
      const { path, send } = await openTerminal();
      const knock = setInterval(() => send(String.raw`\xff\x80bootloader v2\r\n`), 50);
      await expect(runOn(path, 1500)).rejects.toThrow(
        /^error console_garbage: \d+ lines came, but none of rnnq's firmware; the first was ".*bootloader v2"\n {2}hint: another program/,
      );
      clearInterval(knock);
    });

    test('silence is reported', { timeout: TEST_MS }, async () => {
      const { path } = await openTerminal();
      await expect(runOn(path, 500)).rejects.toThrow(/^error console_silent: nothing came from the board in 0.5 s/);
    });

    test('what the board says is compared with the golden', { timeout: TEST_MS }, async () => {
      const { path, send } = await openTerminal();
      const { compilation, firmware } = await firmwareFor(board, root());
      const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
      const said = [
        `rnnq board=nucleo_f446re model=${hex(compilation.hash)} clock=16000000 counter=dwt`,
        ...compilation.golden.hashes.map(
          (hash, index) => `rnnq step=${index + 1} cycles=${index + 9} hash=${hex(hash)}`,
        ),
        'rnnq selftest=0',
      ];
      const say = setInterval(() => send(String.raw`${said.join(String.raw`\r\n`)}\r\n`), 200);
      const report = await runFirmware({
        ...{ board, compilation, firmware, stage: 'board' },
        ...{ options: { port: path }, timeoutMs: 20_000 },
      });
      clearInterval(say);
      expect(report).toMatchObject({ difference: null, counter: 'dwt', clockHz: 16_000_000 });
      expect(report.cost).toMatchObject({ unit: 'cycles', min: 9 });
    });
  });
});
