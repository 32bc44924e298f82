import { describe, expect, test } from 'vitest';
import { boardLimits, loadBoard, STACK_BYTES } from '../../../src/boards/board.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compile, compileModel } from '../../../src/compiler/compile.js';
import { resolveRequest } from '../../../src/compiler/request.js';
import { summaryOf } from '../../../src/ir/plan.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { realNetwork } from './small-network.js';

const model = buildModel(realNetwork('gru'));
const small = 'stm32vldiscovery';

describe('a request', () => {
  test('for a board is for its core, within its flash and its RAM less the stack', () => {
    const { core, limits, objective } = resolveRequest({ board: small });
    expect([core, objective]).toEqual(['cortex-m3', 'balanced']);
    expect(limits).toEqual({ flash: 131072, ram: 8192 - STACK_BYTES });
    expect(resolveRequest({ board: 'host' }).limits).toEqual({});
  });

  test('of an option and a board: the smaller limit counts', () => {
    const { ram, flash } = boardLimits(loadBoard(small));
    const { limits } = resolveRequest({ board: small, limits: { ram: 1000, flash: 2 ** 30, cycles: 5000 } });
    expect(limits).toEqual({ ram: 1000, flash, cycles: 5000 });
    expect(resolveRequest({ board: small, limits: { ram: ram! + 1 } }).limits.ram).toBe(ram);
  });

  test('is for a core or for a board', () => {
    expect(() => resolveRequest({})).toThrow(/bad_option at --target/);
    expect(() => resolveRequest({ core: 'host', board: small })).toThrow(/not for both/);
    expect(() => resolveRequest({ core: '__proto__' })).toThrow(/unknown_target/);
    expect(() => resolveRequest({ board: '../qemu' })).toThrow(/board_unknown/);
  });

  test('gives the same for a model in memory as for its text', () => {
    const request = { core: 'cortex-m4', objective: 'size', name: 'net' } as const;
    expect([...compileModel(model, request).files]).toEqual([...compile(writeModel(model), request).files]);
  });

  test('is what the plan says of itself', () => {
    const { plan } = compileModel(model, { board: small, objective: 'speed' });
    expect(summaryOf(plan)).toMatchObject({ objective: 'speed', limits: { ram: 8192 - STACK_BYTES } });
  });
});

describe('a model that does not fit a board', () => {
  const large = (units: number) => buildModel(realNetwork('gru', 'shift', 'separate', 'ternary', units));

  test('is refused with numbers, with no compiler', () => {
    expect(() => compileModel(large(450), { board: small })).toThrow(
      /^error firmware_too_large at --board: the model with 2048 bytes of stack needs \d+ bytes of RAM, stm32vldiscovery has 8192\n {2}hint: boards with enough flash and RAM: .*nucleo_f446re/,
    );
  });

  test('by the options is refused by their names', () => {
    expect(() => compileModel(model, { board: small, limits: { ram: 10 } })).toThrow(
      /^error limits_not_met at --max-ram: .* bytes of RAM against a limit of 10\n/,
    );
  });

  test('gets the kernels that fit', () => {
    const fast = compileModel(large(40), { core: 'cortex-m3', objective: 'speed' }).plan;
    const limit = fast.estimate.ram - 1;
    const fitting = compileModel(large(40), { core: 'cortex-m3', objective: 'speed', limits: { ram: limit } }).plan;
    expect(fitting.estimate.ram).toBeLessThanOrEqual(limit);
    expect(fitting.estimate.cycles).toBeGreaterThan(fast.estimate.cycles);
  });
});
