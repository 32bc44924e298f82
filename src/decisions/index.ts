import type { Decision, DecisionKind } from '../ir/decision.js';
import type { DecisionDef } from './decision.js';
import { margin } from './margin.js';

/** Every kind of decision. */
export const DECISIONS: { readonly [K in DecisionKind]: DecisionDef<Extract<Decision, { kind: K }>> } = { margin };

export const DECISION_KINDS = Object.keys(DECISIONS) as DecisionKind[];

export const decisionDef = <D extends Decision>({ kind }: D): DecisionDef<D> =>
  DECISIONS[kind] as unknown as DecisionDef<D>;
