import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormatName, ScaleScope } from '../src/ir/model.js';
import type { Estimate, Objective } from '../src/ir/plan.js';
import { PACKAGE_ROOT } from '../src/package-root.js';
import type { CoreName } from '../src/targets/cores.js';
import type { Counts } from '../src/targets/kernel.js';
import type { BenchCell } from './random-network.js';

/** One kernel, counted on one matrix; cycles are modelled on instructions counted in QEMU. */
export interface KernelRun {
  readonly core: CoreName;
  readonly kernel: string;
  readonly format: FormatName;
  readonly cols: number;
  readonly rows: number;
  /** Share of zeros among the weights. */
  readonly zeros: number;
  /** Only for the fit of the cost formulas, in no table. */
  readonly fit: boolean;
  readonly block: number;
  readonly passes: number;
  readonly blockRows: number;
  readonly counts: Counts;
  readonly instructions: number;
  readonly cycles: number;
  /** What the cost formula says; null for a kernel that has none yet. */
  readonly estimated: number | null;
  readonly weightBytes: number;
  /** Bytes of working memory. */
  readonly work: number;
  readonly code: number;
}

/** Cycles of a recurrent layer of one plan. */
export interface LayerCycles {
  /** From the input's codes to the new state. */
  readonly layer: number;
  readonly products: number;
  readonly all: number;
  readonly kernels: readonly string[];
}

/** A layer with a joint scale, planned for speed; one size of them in other plans too. */
export interface StepRun extends LayerCycles {
  readonly core: CoreName;
  readonly cell: BenchCell;
  readonly inputs: number;
  readonly units: number;
  readonly balanced?: LayerCycles;
  readonly separate?: LayerCycles & { readonly balanced: LayerCycles };
  readonly s8?: LayerCycles;
}

/** A network for one objective; bytes. */
export interface FootprintRun {
  readonly core: CoreName;
  readonly cell: BenchCell;
  readonly scope: ScaleScope;
  readonly objective: Objective;
  readonly flash: number;
  readonly weights: number;
  readonly constants: number;
  readonly code: number;
  readonly ram: number;
  readonly stack: number;
  readonly cycles: number;
  readonly instructions: number;
  readonly estimate: Estimate;
  readonly kernels: readonly string[];
}

/** Cycles of a kernel on M0+ beside those of rp2040js. */
export interface SecondOpinion {
  readonly kernel: string;
  readonly cols: number;
  readonly rows: number;
  readonly cycles: number;
  readonly rp2040js: number;
}

export interface CostError extends Pick<KernelRun, 'kernel' | 'core' | 'cols' | 'rows' | 'cycles'> {
  readonly error: number;
}

/** What bench/results/kernels.json holds. */
export interface Results {
  readonly date: string;
  readonly kernels: readonly KernelRun[];
  readonly steps: readonly StepRun[];
  readonly footprints: readonly FootprintRun[];
  readonly secondOpinion: readonly SecondOpinion[];
  readonly worstEstimate: { readonly written: CostError | null; readonly generated: CostError | null };
}

export const RESULTS = join(PACKAGE_ROOT, 'bench', 'results', 'kernels.json');

export const readResults = (path = RESULTS): Results => JSON.parse(readFileSync(path, 'utf8')) as Results;
