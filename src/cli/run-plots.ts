import { fail } from '../diagnostics.js';
import { runMissing } from '../train/diagnostics.js';
import { runFolderOf } from '../train/run-curves.js';
import { RunFolder } from '../train/run-folder.js';

/** The run folder that is named, or that of the model; null where there is none. */
export function runOf(path: string, named: string | undefined): RunFolder | null {
  const found = named ?? runFolderOf(path);
  if (found === null) return null;
  const folder = new RunFolder(found);
  return folder.begun ? folder : fail(runMissing(found));
}

/** Writes plots of an evaluation into a run folder: name -> SVG. */
export async function savePlots(folder: RunFolder, plots: ReadonlyMap<string, string>): Promise<void> {
  if (plots.size === 0) return;
  const release = await folder.lock();
  try {
    folder.savePlots(plots);
  } finally {
    release();
  }
  process.stderr.write(`${folder.path}: ${[...plots.keys()].join(', ')}\n`);
}
