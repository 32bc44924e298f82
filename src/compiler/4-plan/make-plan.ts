import { budgetNotMet, fail } from '../../diagnostics.js';
import type { Estimate, Plan } from '../../ir/plan.js';
import type { Program } from '../../ir/program.js';
import type { CoreName } from '../../targets/cores.js';
import { candidatesFor, type Limits, type Objective, rankAssignments } from './choose-kernels.js';
import { makeDrafts, Planner } from './planner.js';

export interface PlanOptions {
  readonly objective?: Objective | undefined;
  readonly limits?: Limits | undefined;
}

/** Plans that are tried against limits, the best first. */
const TRIES = 2000;

/**
 * Program -> Plan: stacks and loops, a kernel for every stack, packed constants, a place in scratch for what is kept. Kernels
 * are chosen by modelled cycles and exact bytes for all stacks together; limits that no plan meets are the user's to change
 * (budget).
 */
export function makePlan(
  program: Program,
  core: string,
  { objective = 'balanced', limits = {} }: PlanOptions = {},
): Plan {
  const drafts = makeDrafts(program, core as CoreName);
  const stacks = drafts.flatMap((draft) => [...draft.stacks.values()]);
  const candidates = stacks.map((stack) => candidatesFor(stack, core as CoreName));
  const ranked = rankAssignments(candidates, objective);
  const limited = Object.values(limits).some((limit) => limit !== undefined);
  let nearest: { readonly excess: number; readonly estimate: Estimate } | null = null;
  for (const assignment of ranked.slice(0, limited ? TRIES : 1)) {
    const planner = new Planner(program, core as CoreName, drafts, new Map(stacks.map((s, i) => [s, assignment[i]!])));
    const estimate = planner.estimate();
    const excess = Math.max(
      ...(['cycles', 'flash', 'ram'] as const).map((key) => estimate[key] / (limits[key] ?? Number.POSITIVE_INFINITY)),
    );
    if (excess <= 1) return planner.finish(estimate, candidates);
    if (nearest === null || excess < nearest.excess) nearest = { excess, estimate };
  }
  return fail(budgetNotMet(limits, nearest!.estimate, core));
}
