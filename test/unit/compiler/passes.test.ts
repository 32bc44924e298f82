import { describe, expect, test } from 'vitest';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { mergeableLayers, mergeProducts } from '../../../src/compiler/3-optimize/merge-products.js';
import { alternativesTo, optimize } from '../../../src/compiler/3-optimize/optimize.js';
import { OPTIONAL_PASSES, PASSES } from '../../../src/compiler/3-optimize/passes.js';
import { removeZeroBiases } from '../../../src/compiler/3-optimize/remove-zero-biases.js';
import { INT32_MAX, INT32_MIN } from '../../../src/fixed/fixed.js';
import { goldenSequences } from '../../../src/interpreter/golden.js';
import { runSequences } from '../../../src/interpreter/interpret.js';
import type { Codes } from '../../../src/ir/model.js';
import { allOps, type Op, type Program } from '../../../src/ir/program.js';
import { verifyProgram } from '../../../src/ops/verify.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import type { RealNetwork } from '../../../src/quantizers/real-network.js';
import { randomNetwork } from '../../fuzz/random-network.js';
import { realNetwork } from './small-network.js';

// in the last two a state reaches less than it declares
const SEEDS = [...Array.from({ length: 80 }, (_, i) => i), 162, 181];
const networks = SEEDS.map((seed) => {
  const { model } = randomNetwork(seed);
  return { model, lowered: lower(model), sequences: goldenSequences(model, seed + 1) };
});
const results = (program: Program, sequences: readonly Codes[]): Buffer =>
  Buffer.from(runSequences(program, sequences));

/** A network in which a pass has something to do, and what it does: ops of which its result has fewer, of each kind. */
interface Work {
  readonly network: RealNetwork;
  readonly fewer: readonly ((op: Op) => boolean)[];
}

const isLimited = (op: Op): boolean =>
  (op.kind === 'requantize' || op.kind === 'narrow') &&
  (op.attributes.min !== INT32_MIN || op.attributes.max !== INT32_MAX);

/** The dense layer has no bias. */
function withoutBias(network: RealNetwork): RealNetwork {
  const layers = network.layers.map((layer) =>
    layer.type === 'dense' ? { ...layer, bias: new Float64Array(4) } : layer,
  );
  return { ...network, layers };
}

const WORK: Readonly<Record<string, Work>> = {
  'remove-zero-biases': {
    network: withoutBias(realNetwork('gru')),
    fewer: [({ kind }) => kind === 'addBias'],
  },
  'remove-idle-limits': { network: realNetwork('lstm'), fewer: [isLimited] },
  'fold-roundings': {
    network: realNetwork('gru'),
    fewer: [({ kind }) => kind === 'requantize', (op) => op.kind === 'lut' && op.attributes.shift > 0],
  },
  'merge-products': {
    network: realNetwork('lstm', 'multiplier', 'joint'),
    fewer: [({ kind }) => kind === 'matvec', ({ kind }) => kind === 'add'],
  },
};

describe('a pass does its work, and keeps the integers', () => {
  const all = [...PASSES, ...OPTIONAL_PASSES];

  test.each(all.map((pass, at) => [pass.name, at] as const))('%s', (name, at) => {
    const { network, fewer } = WORK[name]!;
    const model = buildModel(network);
    const before = optimize(lower(model), all.slice(0, at));
    const after = all[at]!.run(before);
    expect(verifyProgram(after)).toEqual([]);
    for (const kind of fewer)
      expect(allOps(after).filter(kind).length).toBeLessThan(allOps(before).filter(kind).length);
    const sequences = goldenSequences(model, at);
    expect(results(after, sequences).equals(results(before, sequences))).toBe(true);
  });

  test('and no row is of a pass that is gone', () => {
    expect(Object.keys(WORK).sort()).toEqual(all.map(({ name }) => name).sort());
  });
});

describe('passes', () => {
  test('every lowered program is sound', () => {
    for (const { lowered } of networks) expect(verifyProgram(lowered)).toEqual([]);
  });

  test.each([...PASSES, ...OPTIONAL_PASSES].map((pass) => [pass.name, pass] as const))(
    '%s keeps every state and output of every step',
    (_, pass) => {
      for (const { lowered, sequences } of networks) {
        const next = pass.run(lowered);
        expect(verifyProgram(next)).toEqual([]);
        expect(results(next, sequences).equals(results(lowered, sequences))).toBe(true);
      }
    },
  );

  test('all together keep them too, and a second time changes nothing', () => {
    for (const { lowered, sequences } of networks) {
      const program = optimize(lowered, PASSES);
      expect(results(program, sequences).equals(results(lowered, sequences))).toBe(true);
      expect(optimize(program, PASSES)).toEqual(program);
    }
  });

  test('remove-zero-biases removes exactly the addBias of zeros', () => {
    const zero = (op: Op): boolean => op.kind === 'addBias' && op.attributes.bias.every((b) => b === 0);
    const found = networks.map(({ lowered }) => allOps(lowered).filter(zero).length);
    expect(Math.max(...found)).toBeGreaterThan(0);
    networks.forEach(({ lowered }, i) => {
      expect(allOps(removeZeroBiases(lowered)).length).toBe(allOps(lowered).length - found[i]!);
    });
  });

  test('merge-products leaves no sum of two products of one format, and keeps the others', () => {
    const products = (program: Program): number => allOps(program).filter((op) => op.kind === 'matvec').length;
    let [merged, mixed] = [0, 0];
    for (const { lowered } of networks) {
      const places = mergeableLayers(lowered);
      const next = mergeProducts(lowered);
      expect(mergeableLayers(next)).toEqual([]);
      expect(products(next) < products(lowered)).toBe(places.length > 0);
      merged += places.length;
      mixed += places.length === 0 ? products(lowered) : 0;
    }
    expect(merged).toBeGreaterThan(10);
    expect(mixed).toBeGreaterThan(10);
  });

  test('alternatives are all combinations of up to three layers, all of the same integers', () => {
    const counts = new Set<number>();
    for (const { lowered, sequences } of networks) {
      const all = alternativesTo(optimize(lowered, PASSES), OPTIONAL_PASSES);
      expect(all.length).toBe(2 ** mergeableLayers(lowered).length);
      counts.add(all.length);
      for (const program of all) expect(results(program, sequences).equals(results(lowered, sequences))).toBe(true);
    }
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(4);
  });

  test('files are called like their pass', () => {
    for (const { name } of [...PASSES, ...OPTIONAL_PASSES])
      expect(name).toMatch(/^(fold|merge|remove)-[a-z]+(-[a-z]+)*$/);
  });

  test('a pass that breaks a program is our bug', () => {
    const empty = (program: Program): Program => ({ ...program, phases: { ...program.phases, output: [] } });
    expect(() => optimize(networks[0]!.lowered, [{ name: 'remove-everything', run: empty }])).toThrow(
      'this is a bug in rnnq: pass remove-everything broke the program',
    );
  });
});
