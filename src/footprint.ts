import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Footprint, measureFootprint } from './build/footprint.js';
import { writePackage } from './build/replay.js';
import { findCompiler, type Optimization } from './build/toolchain.js';
import type { CompileReport } from './compiler/5-emit/report.js';
import { sourceName } from './compiler/5-emit/runtime.js';
import type { Compilation } from './compiler/compile.js';
import type { CoreName } from './targets/cores.js';

export interface FootprintReport {
  /** Exact without a compiler: constants, state, scratch, bytes. */
  readonly computed: CompileReport;
  /** Sections and stack from the real toolchain, or null where it is missing. */
  readonly measured: Footprint | null;
  /** What to install to have the measured part. */
  readonly missing: string | null;
  /** Flash of a firmware with several models, or null where nothing is measured. */
  readonly severalModels: SeveralModels | null;
}

/** How the flash of one model divides where another one with the same kernels is in the firmware; bytes. */
export interface SeveralModels {
  /** Kernels: once in a firmware. */
  readonly shared: number;
  /** All that is the model's alone: weights, tables, generated code. */
  readonly added: number;
}

/** What a compiled model costs on its core. */
export async function footprint(
  compilation: Compilation,
  core: CoreName,
  optimization: Optimization = '-O2',
): Promise<FootprintReport> {
  const { name, files, report: computed } = compilation;
  const compiler = await findCompiler(core, 'gcc');
  if (!compiler.available)
    return { computed, measured: null, missing: `${compiler.tool}: ${compiler.install}`, severalModels: null };
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-report-'));
  try {
    await writePackage(files, directory);
    const sources = [...files.keys()].filter((path) => path.startsWith('src/') && path.endsWith('.c'));
    const functions = [
      'reset',
      'advance',
      'output',
      'step',
      ...(compilation.model.task === undefined ? ['argmax'] : []),
      ...(compilation.model.input.frontEnd === undefined ? [] : ['push']),
    ];
    const measured = await measureFootprint({
      core,
      sources: sources.map((path) => join(directory, path)),
      includeDirectories: [join(directory, 'include'), join(directory, 'src')],
      entryPoints: functions.map((f) => `${name}_${f}`),
      optimization,
    });
    return { computed, measured: withSourceNames(measured), missing: null, severalModels: divide(measured) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const withSourceNames = (measured: Footprint): Footprint => ({
  ...measured,
  stack: measured.stack.map((use) => ({ ...use, path: use.path.map(sourceName) })),
});

function divide({ objects, total }: Footprint): SeveralModels {
  const kernels = objects.filter(({ source }) => source.startsWith('rnnq_'));
  const shared = kernels.reduce((sum, { text, data }) => sum + text + data, 0);
  return { shared, added: total.text + total.data - shared };
}
