import { formatTable } from '../../report/table.js';
import { CORES } from '../../targets/cores.js';

/** rnnq targets: the rows of CORES. */
export async function run({ json }: { json?: boolean }): Promise<void> {
  const cores = Object.values(CORES);
  if (json) process.stdout.write(`${JSON.stringify(cores, null, 2)}\n`);
  else {
    const rows = cores.map(({ name, board, flags, description }) => [name, board, flags.join(' ') || '-', description]);
    process.stdout.write(`${formatTable(['target', 'verified on', 'flags', 'description'], rows)}\n`);
  }
}
