import type { Codes, InputScaling } from '../../ir/model.js';
import type { Targets, Task } from '../../tasks/task.js';
import type { Recording, Recordings } from '../recording.js';
import type { Parts } from '../split.js';
import type { Wishes } from '../wishes.js';

/** The facts of Recordings that targets depend on. */
export type RecordingFacts = Pick<Recordings, 'source' | 'size' | 'everyStep' | 'targets' | 'channels'>;

/** What the user may wish of targets. */
export type TargetWishes = Pick<Wishes, 'like' | 'unlabelled' | 'background' | 'ahead' | 'normal'>;

/** A task and its target for each recording. */
export interface Wanted {
  readonly task: Task;
  readonly targets: readonly Targets[];
}

/** What is wanted of recordings that are not divided into parts yet. */
export interface Undivided {
  /** The class of each recording, within which a split keeps proportions, and the classes' names, for complaints. */
  readonly strata: { readonly of: Int32Array; readonly names: readonly string[] };
  /** @param trained recordings of the training part, from which scales are learned */
  finish(trained: Int32Array): Wanted;
}

/** How recordings become targets: a row of TARGETS for each kind that a task may name (TaskDef.targets). */
export interface TargetDef {
  /** The values of the recordings are not looked at, and need not be there yet. */
  read(list: readonly Recording[], facts: RecordingFacts, wishes: TargetWishes): Undivided;
  /** The task, once the scaling of the inputs is known. */
  settled?(task: Task, input: InputScaling): Task;
  /** Targets of a recording that need its codes, from what `finish` gave. */
  complete?(recording: Recording, own: Targets, codes: Codes, input: InputScaling, task: Task): Targets;
  /** Refuses a split by which the training part lacks something. */
  checkParts(wanted: Wanted, parts: Parts<Int32Array>, source: string): void;
  /** What a user should know of the targets. */
  warnings(task: Task): readonly string[];
}
