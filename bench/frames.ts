// Cycles of a frame of sound: all pushes of one hop, without the step of the network, of the two front ends of the design. All
// frames of noise take the same number, up to where the ring begins again.
//   node scripts/run.mjs bench/frames.ts [core ...]
import { compileModel } from '../src/compiler/compile.js';
import type { FrontEnd } from '../src/ir/front-end.js';
import { formatTable } from '../src/report/table.js';
import { measureStreamCycles } from '../src/stream-cycles.js';
import { CORES, type CoreName } from '../src/targets/cores.js';
import { MARGIN, soundOf, streamModel } from '../test/frontends/stream-models.js';

const CHAINS: Readonly<Record<string, FrontEnd>> = {
  'A: 8 kHz, 256 every 128, 24 bands': soundOf(),
  'B: 16 kHz, 480 every 320, 40 bands': soundOf({ window: 480, hop: 320, bands: 40, highest: 7800 }, 16000),
};

export async function main(argv: readonly string[]): Promise<void> {
  const cores = (argv.length > 0 ? argv : Object.keys(CORES)) as CoreName[];
  const rows: (string | number)[][] = [];
  for (const core of cores)
    for (const [name, chain] of Object.entries(CHAINS)) {
      const compilation = compileModel(streamModel(chain, { decision: MARGIN }), { core });
      const measured = await measureStreamCycles(compilation, core);
      const [frame, decision] = [measured?.frontEnd.cycles, measured?.decision.cycles];
      if (frame && decision) rows.push([core, name, frame.max, decision.max]);
    }
  process.stdout.write(`${formatTable(['core', 'front end', 'cycles of a frame', 'of its decision'], rows)}\n`);
}
