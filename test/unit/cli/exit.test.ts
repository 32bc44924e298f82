import { afterEach, expect, test, vi } from 'vitest';
import { report } from '../../../src/cli/exit.js';
import { bug } from '../../../src/diagnostics.js';

afterEach(() => vi.restoreAllMocks());

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test.each([
  [
    'an invariant that does not hold',
    thrown(() => bug('the plan is wrong')),
    /^this is a bug in rnnq: the plan is wrong\n {4}at /,
  ],
  [
    'an error nobody expected',
    thrown(() => new Array(-1)),
    /^this is a bug in rnnq: RangeError: Invalid array length\n {4}at /,
  ],
])('%s ends with code 70, the message once, and the stack', (_, error, expected) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(report(error)).toBe(70);
  const text = write.mock.calls.map(([part]) => part).join('');
  expect(text).toMatch(expected);
  expect(text.match(/bug in rnnq/g)).toHaveLength(1);
  expect(text).toContain('exit.test.ts');
});
