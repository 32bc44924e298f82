import type { CompileOptions } from '../compiler/compile.js';

/** Options of the command line that choose kernels. */
export interface BudgetOptions {
  readonly optimize?: NonNullable<CompileOptions['objective']>;
  readonly maxCycles?: number;
  readonly maxFlash?: number;
  readonly maxRam?: number;
  readonly allowWeightsAsCode?: boolean;
}

/** The same as options of compile. */
export const budgetOf = ({
  optimize,
  maxCycles,
  maxFlash,
  maxRam,
  allowWeightsAsCode,
}: BudgetOptions): Partial<CompileOptions> => ({
  ...(optimize === undefined ? {} : { objective: optimize }),
  ...(allowWeightsAsCode === undefined ? {} : { allowWeightsAsCode }),
  limits: {
    ...(maxCycles === undefined ? {} : { cycles: maxCycles }),
    ...(maxFlash === undefined ? {} : { flash: maxFlash }),
    ...(maxRam === undefined ? {} : { ram: maxRam }),
  },
});
