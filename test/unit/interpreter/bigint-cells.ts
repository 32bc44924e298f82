import type { RowScale } from '../../../src/fixed/formats.js';
import type { GruLayer, LstmLayer, Matrix } from '../../../src/ir/model.js';

/** N5 to N8 of docs/numerics.md a second time, in BigInt, unit by unit, without anything of src/ops. */
const roundShift = (a: bigint, n: bigint): bigint => (n === 0n ? a : (a + 2n ** (n - 1n)) >> n);
const clamp = (a: bigint, low: bigint, high: bigint): bigint => (a < low ? low : a > high ? high : a);

function requantize(a: bigint, scale: RowScale, j: number): bigint {
  const n = BigInt(scale.n[j]!);
  if (scale.kind === 'shift') return roundShift(a * 2n ** BigInt(scale.left), n);
  return roundShift(roundShift(a, BigInt(scale.pre)) * BigInt(scale.m[j]!), n);
}

const row = ({ codes, cols }: Matrix, j: number, v: readonly bigint[]): bigint =>
  v.reduce((sum, value, i) => sum + BigInt(codes[j * cols + i]!) * value, 0n);

const nearest = (value: number, low: number, high: number): bigint =>
  BigInt(Math.min(Math.max(Math.floor(32768 * value + 0.5), low), high));
const index = (p: bigint, shift: bigint): number => Number(clamp(roundShift(p, shift), -128n, 127n));
const S = (p: bigint): bigint => nearest(1 / (1 + Math.exp(-index(p, 8n) / 16)), 0, 32767);
const tanh = (i: number): bigint => nearest(Math.tanh(i / 32), -32639, 32639);
const T = (p: bigint): bigint => tanh(index(p, 7n));

/** N5: the pre-activation of row j. */
function preactivation(layer: GruLayer | LstmLayer, bias: bigint, j: number, x: bigint[], h8: bigint[]): bigint {
  const { input, recurrent, scope } = layer;
  if (scope === 'joint') return requantize(row(input, j, x) + row(recurrent, j, h8) + bias, input.scale, j);
  return requantize(row(input, j, x) + bias, input.scale, j) + requantize(row(recurrent, j, h8), recurrent.scale, j);
}

/** N7: the state h after one step. */
export function gruStep(layer: GruLayer, x: bigint[], h: bigint[]): bigint[] {
  const { units, input, recurrent } = layer;
  const h8 = h.map((v) => roundShift(v, 8n));
  return h.map((old, j) => {
    const [inZ, inR, inN] = [j, units + j, 2 * units + j];
    const z = S(preactivation(layer, BigInt(layer.inputBias[inZ]!), inZ, x, h8));
    const r = S(preactivation(layer, BigInt(layer.inputBias[inR]!), inR, x, h8));
    const inner = row(recurrent, inN, h8) + BigInt(layer.recurrentBias[j]!);
    const u = clamp(requantize(inner, recurrent.scale, inN), -65535n, 65535n);
    const px = requantize(row(input, inN, x) + BigInt(layer.inputBias[inN]!), input.scale, inN);
    const n = T(px + roundShift(r * u, 15n));
    return n + roundShift(z * (old - n), 15n);
  });
}

/** N8: the states c and h8 after one step. */
export function lstmStep(layer: LstmLayer, x: bigint[], c: bigint[], h8: bigint[]): { c: bigint[]; h8: bigint[] } {
  const { units } = layer;
  const g = BigInt(layer.cellFraction);
  const next = c.map((old, j) => {
    const p = [0, 1, 2, 3].map((gate) => {
      const at = gate * units + j;
      return preactivation(layer, BigInt(layer.bias[at]!), at, x, h8);
    });
    const [i, f, n, o] = [S(p[0]!), S(p[1]!), T(p[2]!), S(p[3]!)];
    const wide = roundShift(f * old + roundShift(i * n, 15n - g), 15n);
    const cell = clamp(wide, -32767n, 32767n);
    const t = g < 5n ? cell * 2n ** (5n - g) : roundShift(cell, g - 5n);
    return { cell, hidden: roundShift(o * tanh(Number(clamp(t, -128n, 127n))), 23n) };
  });
  return { c: next.map(({ cell }) => cell), h8: next.map(({ hidden }) => hidden) };
}
