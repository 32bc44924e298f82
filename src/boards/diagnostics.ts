import type { Diagnostic } from '../diagnostics.js';

/** Mistakes that boards, their tools and their serial ports bring to light. */

/** `subject`: what needs the memory; before anything is built, the model alone. */
export const firmwareTooLarge = (
  board: string,
  what: 'flash' | 'RAM',
  needed: number,
  available: number,
  fitting: readonly string[],
  subject = 'the firmware',
): Diagnostic => ({
  code: 'firmware_too_large',
  at: '--board',
  message: `${subject} needs ${needed} bytes of ${what}, ${board} has ${available}`,
  hint:
    fitting.length > 0
      ? `boards with enough flash and RAM: ${fitting.join(', ')}`
      : 'no board that rnnq knows has enough',
});

export const boardNotWritable = (board: string, hint: string): Diagnostic => ({
  code: 'board_not_writable',
  at: '--board',
  message: `${board} has no flash that a tool could write`,
  hint,
});

export const boardWithoutInput = (board: string, others: readonly string[]): Diagnostic => ({
  code: 'board_no_input',
  at: '--board',
  message: `${board} takes no samples: its board.json has no input of the console`,
  hint: `boards that do: ${others.join(', ')}`,
});

export const boardMissing = (board: string, looked: string, hint: string): Diagnostic => ({
  code: 'board_missing',
  at: '--board',
  message: `no ${board} is connected; looked for ${looked}`,
  hint,
});

export const boardAmbiguous = (board: string, found: readonly string[]): Diagnostic => ({
  code: 'board_ambiguous',
  at: '--board',
  message: `${found.length} devices could be ${board}: ${found.join('; ')}`,
  hint: 'unplug all but one, or choose with --serial, --port or --volume',
});

export const writerMissing = (board: string, installs: readonly string[]): Diagnostic => ({
  code: 'writer_missing',
  at: '--runner',
  message: `none of the tools that write ${board} is installed`,
  hint: `one of: ${installs.join('; ')}`,
});

export const writeFailed = (command: string, code: string, output: string): Diagnostic => ({
  code: 'write_failed',
  at: '--runner',
  message: `${command} failed (${code}): ${output}`,
  hint: NOTHING_THERE.test(output)
    ? 'the tool found no probe or board: plug it in, and see that you may use it (udev rules on Linux)'
    : 'the flash may be half written: write again before the board is used',
});

/** How the tools say that there is nothing to write to. */
const NOTHING_THERE =
  /no .*(probe|device|board|J-Link)|unable to (find|open)|open failed|couldn't find|not found|does not exist/i;

export const portMissing = (board: string, seen: readonly string[]): Diagnostic => ({
  code: 'port_missing',
  at: '--port',
  message: `no serial port of ${board} was found`,
  hint:
    seen.length > 0 ? `name one with --port; there are ${seen.join(', ')}` : 'this computer has no serial ports now',
});

export const portsUnknown = (board: string, reason: string): Diagnostic => ({
  code: 'port_missing',
  at: '--port',
  message: `no serial port of ${board} was found: this system does not list its serial ports (${reason})`,
  hint: 'name the port with --port',
});

export const portAmbiguous = (board: string, ports: readonly string[]): Diagnostic => ({
  code: 'port_ambiguous',
  at: '--port',
  message: `${ports.length} serial ports could be ${board}: ${ports.join(', ')}`,
  hint: 'choose with --port',
});

export const portUnusable = (port: string, reason: string, hint: string): Diagnostic => ({
  code: 'port_unusable',
  at: port,
  message: `cannot be opened: ${reason}`,
  hint,
});

export const consoleSilent = (seconds: number, where: string): Diagnostic => ({
  code: 'console_silent',
  at: '',
  message: `nothing came from the board in ${seconds} s`,
  hint: `its console is: ${where}`,
});

export const consoleGarbage = (lines: number, sample: string): Diagnostic => ({
  code: 'console_garbage',
  at: '',
  message: `${lines} lines came, but none of rnnq's firmware; the first was "${printable(sample.slice(0, 60))}"`,
  hint: 'another program runs on the board, or the baud rate differs (rnnq uses 115200 8N1)',
});

/** What came over a line may be anything: other characters than those of ASCII that print are written as their code. */
const printable = (text: string): string =>
  text.replaceAll(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const wrongFirmware = (what: 'board' | 'model', expected: string, found: string): Diagnostic => ({
  code: 'wrong_firmware',
  at: '',
  message: `the board runs a firmware for ${what} ${found}, expected ${expected}`,
  hint: 'an earlier firmware is still in the flash, or the port is that of another board',
});

/** The first lines of a tool's output, on one line. */
const complaintIn = (output: string): string =>
  output
    .split('\n')
    .flatMap((line) => line.trim() || [])
    .slice(0, 6)
    .join('; ')
    .slice(0, 700) || 'no output';

/** A compiler or an emulator that failed, ended early or answered what it should not; `output` is what it printed. */
export const toolFailed = (tool: string, what: string, output?: string): Diagnostic => ({
  code: 'tool_failed',
  at: tool,
  message: output === undefined ? what : `${what}: ${complaintIn(output)}`,
  hint: 'rnnq doctor shows which versions were found; where the tool complains of C that rnnq wrote, please report it',
});
