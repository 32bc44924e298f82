import type { Op, OpKind } from '../ir/program.js';
import { add } from './add.js';
import { addBias } from './add-bias.js';
import { argmax } from './argmax.js';
import { concat } from './concat.js';
import { count } from './count.js';
import { delay } from './delay.js';
import { gather } from './gather.js';
import { hard } from './hard.js';
import { hold } from './hold.js';
import { interpolate } from './interpolate.js';
import { lerp } from './lerp.js';
import { lut } from './lut.js';
import { matvec } from './matvec.js';
import { matvecAt } from './matvec-at.js';
import { mul } from './mul.js';
import { narrow } from './narrow.js';
import type { OpDef } from './op.js';
import { pool } from './pool.js';
import { requantize } from './requantize.js';
import { resume } from './resume.js';
import { scaleShift } from './scale-shift.js';
import { score } from './score.js';
import { shift } from './shift.js';
import { wait } from './wait.js';

/** Every op kind; an omission is a compile error. */
export const OPS: { readonly [K in OpKind]: OpDef<K> } = {
  matvec,
  matvecAt,
  gather,
  scaleShift,
  addBias,
  requantize,
  shift,
  concat,
  add,
  narrow,
  mul,
  lerp,
  lut,
  interpolate,
  hard,
  score,
  delay,
  wait,
  pool,
  resume,
  count,
  hold,
  argmax,
};

/** The definition of an op, typed for that op. */
export const opDef = <K extends OpKind>(op: Op<K>): OpDef<K> => OPS[op.kind as K] as OpDef<K>;
