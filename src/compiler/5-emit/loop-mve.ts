import { INT32_MAX, INT32_MIN } from '../../fixed/fixed.js';
import type { CType } from '../../ir/plan.js';
import type { DType, Op } from '../../ir/program.js';
import { cInteger } from './c-names.js';
import type { ConstantText, Dialect } from './loop.js';

/** Elements in a vector of Helium: all values are computed in 32 bits. */
export const LANES = 4;

const LOAD: { readonly [K in DType]: string } = { s8: 'vldrbq_s32', s16: 'vldrhq_s32', s32: 'vldrwq_s32' };
const STORE: { readonly [K in DType]: string } = { s8: 'vstrbq_s32', s16: 'vstrhq_s32', s32: 'vstrwq_s32' };
const CONSTANT: { readonly [K in CType]?: string } = {
  int8_t: LOAD.s8,
  int16_t: LOAD.s16,
  int32_t: LOAD.s32,
};

const add = (a: string, b: string): string => `vaddq_s32(${a}, ${b})`;
const multiply = (a: string, b: string): string => `vmulq_s32(${a}, ${b})`;
const shifted = (a: string, left: number): string => (left === 0 ? a : `vshlq_n_s32(${a}, ${left})`);

function clamped(a: string, min: number, max: number): string {
  const below = max === INT32_MAX ? a : `vminq_s32(${a}, vdupq_n_s32(${cInteger(max)}))`;
  return min === INT32_MIN ? below : `vmaxq_s32(${below}, vdupq_n_s32(${cInteger(min)}))`;
}

/** Entries of a table of s16. */
const gathered = (table: string, entries: string): string =>
  `vldrhq_gather_shifted_offset_s32(${table}, vreinterpretq_u32_s32(${entries}))`;

/** VRSHL rounds as N1 does; it shifts to the left, by a negative number to the right. */
function rounded(a: string, shift: number | ConstantText): string {
  if (typeof shift === 'number') return shift === 0 ? a : `vrshrq_n_s32(${a}, ${shift})`;
  return shift.form === 'literal' ? rounded(a, Number(shift.text)) : `vrshlq_s32(${a}, ${shift.text})`;
}

const operand = ({ text, form }: ConstantText): string => (form === 'literal' ? `vdupq_n_s32(${text})` : text);

/** The ops of a loop on four elements at a time (arm_mve.h). */
export const mve: Dialect = {
  type: 'int32x4_t',
  load: (element, dtype) => `${LOAD[dtype]}(&${element})`,
  store: (element, dtype, value) => `${STORE[dtype]}(&${element}, ${value});`,
  constant: (text, ctype) => `${CONSTANT[ctype]!}(&${text})`,
  variables({ kind, attributes }, [a], _types, model, name) {
    if (kind !== 'interpolate') return [];
    const { table, left, shift } = attributes;
    // saturation to 8 + shift bits: the upper ones are shifted out, saturating, and back
    const spare = 24 - shift;
    const at = `vshrq_n_s32(vqshlq_n_s32(${shifted(a!, left)}, ${spare}), ${spare})`;
    const index = shift === 0 ? `${name}_at` : `vshrq_n_s32(${name}_at, ${shift})`;
    const entry = add(index, 'vdupq_n_s32(128)');
    return [
      { name: `${name}_at`, text: at },
      { name: `${name}_entry`, text: entry },
      { name: `${name}_low`, text: gathered(`${model}_table_${table}`, `${name}_entry`) },
    ];
  },
  planes: (elements) => elements.reduceRight((sum, element) => add(shifted(sum, 1), element)),
  expression(op: Op, a, _types, c, model) {
    switch (op.kind) {
      case 'addBias':
        return add(a[0]!, operand(c[0]!));
      case 'add':
        return add(a[0]!, a[1]!);
      case 'mul':
        return rounded(multiply(a[0]!, a[1]!), op.attributes.shift);
      case 'narrow': {
        const { shift, min, max } = op.attributes;
        return clamped(rounded(a[0]!, shift), min, max);
      }
      case 'lerp': {
        const [n, z, h] = a;
        const { min, max } = op.attributes;
        return clamped(add(n!, rounded(multiply(z!, `vsubq_s32(${h}, ${n})`), 15)), min, max);
      }
      case 'lut': {
        const { table, left, shift, zero } = op.attributes;
        const index = rounded(shifted(a[0]!, left), shift);
        const entry = zero === 0 ? index : add(index, `vdupq_n_s32(${zero})`);
        // saturation to 8 bits: the upper 24 are shifted out, saturating, and back
        const offsets = `vshrq_n_u32(vqshluq_n_s32(${entry}, 24), 24)`;
        return `vldrhq_gather_shifted_offset_s32(${model}_table_${table}, ${offsets})`;
      }
      case 'interpolate': {
        const { table, shift } = op.attributes;
        const [, position, entry, low] = a;
        if (shift === 0) return low!;
        const high = gathered(`&${model}_table_${table}[1]`, entry!);
        const rest = `vandq_s32(${position}, vdupq_n_s32(${2 ** shift - 1}))`;
        return add(low!, rounded(multiply(`vsubq_s32(${high}, ${low})`, rest), shift));
      }
      case 'hard': {
        const { left, offset, limit, min, max } = op.attributes;
        const line = shifted(clamped(a[0]!, -limit, limit), left);
        return clamped(offset === 0 ? line : add(line, `vdupq_n_s32(${offset})`), min, max);
      }
      case 'scaleShift': {
        const { min, max } = op.attributes;
        return clamped(rounded(add(multiply(a[0]!, operand(c[0]!)), operand(c[2]!)), c[1]!), min, max);
      }
      case 'shift': {
        const [{ text, form }] = c as [ConstantText];
        if (form !== 'literal') return `vshlq_s32(${a[0]}, ${text})`;
        const n = Number(text);
        return n > 0 ? `vshrq_n_s32(${a[0]}, ${n})` : shifted(a[0]!, -n);
      }
      case 'requantize': {
        const { scale, min, max } = op.attributes;
        const shift = c.at(-1)!;
        if (scale.kind === 'multiplier')
          return clamped(rounded(multiply(rounded(a[0]!, scale.pre), operand(c[0]!)), shift), min, max);
        return clamped(rounded(shifted(a[0]!, scale.left), shift), min, max);
      }
      default:
        throw new Error(`${op.kind} is not done element by element`);
    }
  },
};
