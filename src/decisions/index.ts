import type { Decision, DecisionKind } from '../ir/decision.js';
import type { TaskName } from '../ir/model.js';
import type { DecisionDef } from './decision.js';
import { flags } from './flags.js';
import { margin } from './margin.js';
import { score } from './score.js';

/** Every kind of decision. */
export const DECISIONS: { readonly [K in DecisionKind]: DecisionDef<Extract<Decision, { kind: K }>> } = {
  ...{ margin, flags, score },
};

export const DECISION_KINDS = Object.keys(DECISIONS) as DecisionKind[];

/** The decision of a task; none of one that makes none. */
export const decisionOfTask = (task: TaskName): DecisionDef<Decision> | undefined =>
  Object.values(DECISIONS).find((def) => def.task === task) as unknown as DecisionDef<Decision> | undefined;

export const decisionDef = <D extends Decision>({ kind }: D): DecisionDef<D> =>
  DECISIONS[kind] as unknown as DecisionDef<D>;
