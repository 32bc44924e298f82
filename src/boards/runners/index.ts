import type { BenchBoard } from '../board.js';
import { hostRunner } from './host.js';
import { qemuRunner } from './qemu.js';
import type { Runner } from './runner.js';

/** Every runner, by the name board.json uses. */
export const RUNNERS: { readonly [K in BenchBoard['runner']]: Runner } = {
  host: hostRunner,
  qemu: qemuRunner,
};
