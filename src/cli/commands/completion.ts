import type { Command } from 'commander';
import { completionScript, type Shell } from '../completion.js';

/** rnnq completion: the script of a shell on stdout. */
export async function run(program: Command, shell: Shell): Promise<void> {
  process.stdout.write(completionScript(program, shell));
}
