import { anomaly } from './anomaly.js';
import { classify } from './classify.js';
import { detect } from './detect.js';
import { regress } from './regress.js';
import { symbols } from './symbols.js';
import type { Task, TaskDef, TaskName } from './task.js';

/** The row of each task. */
export const TASKS: { readonly [N in TaskName]: TaskDef } = { classify, symbols, regress, detect, anomaly };

export const taskDef = ({ name }: Pick<Task, 'name'>): TaskDef => TASKS[name];
