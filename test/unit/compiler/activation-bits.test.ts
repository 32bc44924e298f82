import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compile, compileModel } from '../../../src/compiler/compile.js';
import { type ActivationBits, codesArray, type Model } from '../../../src/ir/model.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import type { RealGru, RealLayer, RealNetwork } from '../../../src/quantizers/real-network.js';
import { realNetwork } from './small-network.js';

const BITS = [8, 16] as const;

/** The small network with activations of some bits; a joint scope needs inputs of 7 or 15 fraction bits. */
function network(activationBits: ActivationBits, scope: 'joint' | 'separate' = 'separate'): RealNetwork {
  const { input, ...rest } = realNetwork('gru', 'multiplier', scope);
  const goldenInput = activationBits === 16 ? Int16Array.of(-32768, 32767, 0) : Int8Array.of(-128, 127, 0);
  return { ...rest, activationBits, goldenInput, input: { ...input, fraction: input.fraction + activationBits - 8 } };
}

/** model.json with one field changed. */
function changed(model: Model, change: (file: Record<string, never>) => void): string {
  const file = JSON.parse(writeModel(model));
  change(file);
  return JSON.stringify(file);
}

describe('model.json', () => {
  test('8 bits need no field, 16 bits come back as they were', () => {
    for (const bits of BITS) {
      const model = buildModel(network(bits));
      expect(readModel(writeModel(model))).toEqual(model);
      expect(JSON.parse(writeModel(model)).activationBits).toBe(bits === 8 ? undefined : 16);
    }
    expect(writeModel(buildModel({ ...network(8), activationBits: 8 }))).toBe(writeModel(buildModel(network(8))));
  });

  test('fraction bits that the activations do not have are refused', () => {
    const model = buildModel(network(8));
    const fraction = (value: number) => (file: Record<string, never>) =>
      Object.assign(file.input!, { fraction: value });
    expect(() => readModel(changed(model, fraction(8)))).toThrow(
      /model_schema at \/input\/fraction: 8 is not a whole number from 0 to 7/,
    );
    const wide = buildModel(network(16));
    expect(readModel(changed(wide, fraction(15))).input.fraction).toBe(15);
    expect(() => readModel(changed(wide, fraction(16)))).toThrow(/model_schema/);
    const text = (bits: number) => changed(model, (file) => Object.assign(file, { activationBits: bits }));
    for (const bits of [8, 12]) expect(() => readModel(text(bits))).toThrow(/model_schema at \/activationBits/);
  });

  test('a joint scope needs an input of 15 fraction bits', () => {
    const model = buildModel(network(16, 'joint'));
    expect(readModel(writeModel(model))).toEqual(model);
    const text = changed(model, (file) => Object.assign(file.input!, { fraction: 7 }));
    expect(() => readModel(text)).toThrow(/joint_scale_mismatch.*15 fraction bits, found 7/);
  });

  test('a golden input is whole steps of two bytes for each code', () => {
    const text = (golden: string) =>
      changed(buildModel(network(16)), (file) => Object.assign(file, { goldenInput: golden }));
    expect(() => readModel(text('AAAA'))).toThrow(/golden_length/);
    expect(() => readModel(text('AAAAAAA='))).toThrow(/golden_length/);
    expect(readModel(text('AAAAAAD/')).goldenInput).toEqual(Int16Array.of(0, 0, -256));
  });
});

test('weights whose products could leave 32 bits are refused', () => {
  const size = 600;
  const large = (bits: ActivationBits): string => {
    const { layers, input, ...rest } = network(bits);
    const [cell, out] = layers as [RealGru, RealLayer];
    const { rows } = cell.input;
    const codes = new Int8Array(rows * size).fill(127);
    const weights = { format: 's8', rows, cols: size, rowScale: 'multiplier', codes } as const;
    const wide = { ...cell, input: { ...weights, scales: new Float64Array(rows).fill(0.001) } };
    const goldenInput = codesArray(input, bits).from(Array(size).fill(0));
    return writeModel(buildModel({ ...rest, layers: [wide, out], input: { ...input, size }, goldenInput }));
  };
  expect(() => compile(large(16), { core: 'cortex-m4' })).toThrow(/range_overflow at \/layers\/0.*beyond 32 bits/);
  expect(compile(large(8), { core: 'cortex-m4' }).plan.kernels).toContain('rnnq_matvec_s8_s8_dsp');
});

describe('the C that is generated', () => {
  test.each(BITS)('takes codes of %i bits', (bits) => {
    const { files } = compileModel(buildModel(network(bits)), { core: 'host' });
    const header = files.get('include/small.h')!;
    expect(header).toContain(`const int${bits}_t x[SMALL_INPUT_SIZE]`);
    expect(header).not.toContain(`const int${24 - bits}_t x[`);
    expect(files.get('README.md')).toContain(`3 codes a step, s${bits}, ${bits - 3} fraction bits`);
  });
});
