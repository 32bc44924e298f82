import { bug } from '../../diagnostics.js';
import type { QemuBoard } from '../board.js';
import { findTool, requireTool } from '../tools.js';
import { execute } from './execute.js';
import type { Runner } from './runner.js';

/** boards/common/startup.c prints the first; QEMU prints the second and aborts when no handler can be entered. */
const LOCK_UP = /^rnnq: FAULT |\bLockup: can't/m;

/** Arguments of qemu-system-arm that run a program with semihosting (files, console, exit code) and nothing else. */
export const qemuArguments = (board: QemuBoard, executable: string): string[] => [
  ...['-M', board.machine],
  ...['-display', 'none', '-serial', 'none', '-monitor', 'none'],
  ...['-semihosting-config', 'enable=on,target=native'],
  ...['-kernel', executable],
];

/** Runs a program on an emulated Cortex-M. */
export const qemuRunner: Runner = {
  name: 'qemu',
  available: () => findTool('qemu-system-arm'),
  async run(board, request) {
    if (board.runner !== 'qemu') bug(`board ${board.id} is not for QEMU`);
    const tool = await requireTool('qemu-system-arm');
    const { exitCode, console, timedOut } = await execute(tool.path, qemuArguments(board, request.executable), request);
    return { exitCode, console, timedOut, lockedUp: LOCK_UP.test(console) };
  },
};
