import { bug } from '../../diagnostics.js';
import type { Program } from '../../ir/program.js';
import { verifyProgram } from '../../ops/verify.js';
import type { Pass } from './passes.js';

/** Runs the passes in order and verifies the program after each. */
export function optimize(program: Program, passes: readonly Pass[]): Program {
  return passes.reduce((current, { name, run }) => {
    const next = run(current);
    const problems = verifyProgram(next);
    if (problems.length > 0) bug(`pass ${name} broke the program: ${problems[0]!.origin}: ${problems[0]!.message}`);
    return next;
  }, program);
}
