import { type Diagnostic, fail, limitsNotMet } from '../../diagnostics.js';
import type { Estimate, Limits, Objective, Place, Plan } from '../../ir/plan.js';
import type { Program } from '../../ir/program.js';
import type { CoreName } from '../../targets/cores.js';
import type { FlashPoint } from '../../targets/flash-timing.js';
import { type Assignment, candidatesFor, type Price, priceOf, rankAssignments, score } from './choose-kernels.js';
import { lessTraffic } from './estimate-stalls.js';
import { makeDrafts, Planner } from './planner.js';

export interface PlanOptions {
  readonly objective?: Objective | undefined;
  readonly limits?: Limits | undefined;
  /** Whether weights may become code beyond a few kilobytes; default false. */
  readonly allowWeightsAsCode?: boolean | undefined;
  /** What is copied to RAM; default nothing. */
  readonly place?: Place | undefined;
  /** How the flash is read that the code runs from; null and default: without waiting. */
  readonly flash?: FlashPoint | null | undefined;
  /** The complaint where no plan meets the limits; `nearest`: what the one that exceeds them least would take. */
  readonly notMet?: ((nearest: Estimate) => Diagnostic) | undefined;
}

/** Maximum number of plans that are compared with limits, the best first. */
const MAX_PLANS = 2000;

/**
 * Program -> Plan: products and loops, a kernel for every product, packed constants, a place in scratch for what is kept. Of
 * programs that compute the same integers the one with the best plan is taken. Kernels are chosen by modelled cycles and
 * exact bytes for all products together; limits that no plan meets are the user's to change.
 */
export function makePlan(
  alternatives: readonly Program[],
  core: string,
  {
    objective = 'balanced',
    limits = {},
    allowWeightsAsCode = false,
    place = 'flash',
    flash = null,
    notMet,
  }: PlanOptions = {},
): Plan {
  const options = { objective, limits, allowWeightsAsCode, place, flash };
  const drafts = alternatives.map((program) => bestDraft(program, core as CoreName, options));
  const rank = ({ used, estimate }: Drafted): number => Math.max(1, used) * 1e12 + score(estimate, objective);
  const [best] = drafts.sort((a, b) => rank(a) - rank(b));
  const { used, estimate, finish } = best!;
  if (used > 1) return fail(notMet?.(estimate) ?? limitsNotMet(limits, estimate, core));
  return finish();
}

interface Drafted {
  readonly estimate: Estimate;
  /** The largest share of a limit that the plan takes; above 1 it exceeds that limit. */
  readonly used: number;
  readonly finish: () => Plan;
}

interface DraftOptions {
  readonly objective: Objective;
  readonly limits: Limits;
  readonly allowWeightsAsCode: boolean;
  readonly place: Place;
  readonly flash: FlashPoint | null;
}

/** The best plan of one program that meets the limits, or the one that comes nearest. */
function bestDraft(
  program: Program,
  core: CoreName,
  { objective, limits, allowWeightsAsCode, place, flash }: DraftOptions,
): Drafted {
  const drafts = makeDrafts(program, core);
  const products = drafts.flatMap((draft) => [...draft.products.values()]);
  const candidates = products.map((product) => candidatesFor(product, core));
  const plannerOf = (assignment: Assignment) =>
    new Planner(program, core, drafts, new Map(products.map((s, i) => [s, assignment[i]!])), {
      ...{ objective, limits, place, flash },
    });
  const rest = restOf(
    plannerOf,
    candidates.map((list) => list[0]!),
    place,
  );
  const ranked = rankAssignments(candidates, { objective, rest, memory: { place, flash }, allowWeightsAsCode });
  const limited = Object.values(limits).some((limit) => limit !== undefined);
  let nearest: Drafted | null = null;
  for (const assignment of ranked.slice(0, limited ? MAX_PLANS : 1)) {
    const planner = plannerOf(assignment);
    const estimate = planner.estimate();
    const used = Math.max(
      ...(['cycles', 'flash', 'ram'] as const).map((key) => estimate[key] / (limits[key] ?? Number.POSITIVE_INFINITY)),
    );
    if (nearest === null || used < nearest.used)
      nearest = { estimate, used, finish: () => planner.finish(estimate, candidates) };
    if (used <= 1) break;
  }
  return nearest!;
}

/** What a plan costs beside its products: loops, tables, state, arrays; nearly the same for all assignments. */
function restOf(plannerOf: (assignment: Assignment) => Planner, assignment: Assignment, place: Place): Price {
  const all = plannerOf(assignment).price();
  const { cycles, flash, ram, traffic } = priceOf(assignment, place);
  return {
    ...{ cycles: all.cycles - cycles, flash: all.flash - flash, ram: all.ram - ram },
    traffic: lessTraffic(all.traffic, traffic),
  };
}
