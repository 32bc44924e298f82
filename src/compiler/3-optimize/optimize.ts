import { bug } from '../../diagnostics.js';
import type { Program } from '../../ir/program.js';
import { verifyProgram } from '../../ops/verify.js';
import type { OptionalPass, Pass } from './passes.js';

/** Sees the program after each pass. */
type Observer = (pass: string, program: Program) => void;
const unobserved: Observer = () => {};

/** Runs the passes in order and verifies the program after each. */
export function optimize(program: Program, passes: readonly Pass[], observe: Observer = unobserved): Program {
  return passes.reduce((current, { name, run }) => {
    const next = run(current);
    const problems = verifyProgram(next);
    if (problems.length > 0) bug(`pass ${name} broke the program: ${problems[0]!.origin}: ${problems[0]!.message}`);
    observe(name, next);
    return next;
  }, program);
}

/** Places up to which all combinations are tried; above it none or all. */
const MAX_PLACES = 3;

/** The program with each optional pass done in every combination of its places, and without; all of the same integers. */
export function alternativesTo(
  program: Program,
  passes: readonly OptionalPass[],
  observe: Observer = unobserved,
): Program[] {
  return passes.reduce(
    (programs, { name, places, run }) =>
      programs.flatMap((current) =>
        subsets(places(current)).map((chosen) =>
          chosen.length === 0
            ? current
            : optimize(current, [{ name: `${name} at ${chosen.join(', ')}`, run: (p) => run(p, chosen) }], observe),
        ),
      ),
    [program],
  );
}

const subsets = (all: readonly string[]): (readonly string[])[] =>
  all.length > MAX_PLACES
    ? [[], all]
    : all.reduce<string[][]>((sets, place) => sets.flatMap((set) => [set, [...set, place]]), [[]]);
