import type { Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.js';
import { DiagnosticError } from '../../src/diagnostics.js';
import {
  optionsInDiagnostics,
  type Quoted,
  quotedInBlocks,
  quotedInDocuments,
  quotedInSource,
} from './command-lines.js';

const find = (name: string): Command | undefined => program.commands.find((command) => command.name() === name);

/** What is wrong with a quoted command line; null where commander takes it. `...` stands for anything. */
function problemOf(line: string): string | null {
  const words = (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ''));
  const [name, ...args] = words.filter((word) => word !== '...');
  if (name!.startsWith('-')) return ['-h', '--help', '-v', '--version'].includes(name!) ? null : `no option ${name}`;
  if (name === 'help' || name === '<command>') return null;
  const command = find(name!);
  if (command === undefined) return `no command ${name}`;
  const names = new Set([...command.options.flatMap(({ short, long }) => [short, long]), '-h', '--help']);
  const unknown = args.filter((word) => /^--?[a-zA-Z]/.test(word) && !names.has(word.split('=')[0]));
  return unknown.length > 0 ? `no option ${unknown.join(' ')}` : null;
}

/** As problemOf, for a line that is to be run as it is: values, required options and the number of arguments too. */
function faultOf(line: string): string | null {
  const [name, ...args] = line.split(/ +/);
  const command = find(name!);
  if (command === undefined) return problemOf(line);
  try {
    const { operands, unknown } = command.parseOptions(args);
    const given = ({ short, long }: Option): boolean => args.some((word) => word === short || word === long);
    const missing = command.options.filter((option) => option.mandatory && !given(option));
    const required = command.registeredArguments.filter((argument) => argument.required).length;
    if (unknown.length > 0) return `no option ${unknown.join(' ')}`;
    if (missing.length > 0) return `without ${missing.map(({ flags }) => flags).join(', ')}`;
    return operands.length === required ? null : `${operands.length} arguments instead of ${required}`;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
}

const problems = (quoted: readonly Quoted[]): string[] =>
  quoted.flatMap(({ file, line }) => {
    const problem = problemOf(line);
    return problem === null ? [] : [`${file}: rnnq ${line}: ${problem}`];
  });

describe('command lines that texts quote', () => {
  test('in documents: commands and options exist', () => {
    const quoted = quotedInDocuments();
    expect(quoted.length).toBeGreaterThan(50);
    expect(problems(quoted)).toEqual([]);
  });

  test('those of the README parse whole', () => {
    const quoted = quotedInBlocks('README.md');
    expect(quoted.length).toBeGreaterThan(10);
    expect(quoted.flatMap((line) => (faultOf(line) === null ? [] : [`rnnq ${line}: ${faultOf(line)}`]))).toEqual([]);
  });

  test('in messages, hints and help texts: commands and options exist', () => {
    const quoted = quotedInSource(program.commands.map((command) => command.name()));
    expect(quoted.length).toBeGreaterThan(10);
    expect(problems(quoted)).toEqual([]);
  });

  test('options that diagnostics speak of exist', () => {
    const known = new Set(program.commands.flatMap(({ options }) => options.map(({ long }) => long)));
    const unknown = optionsInDiagnostics().filter(({ line }) => !known.has(line));
    expect(unknown).toEqual([]);
  });

  test('the check says no', () => {
    expect(problemOf('compile model.json --target cortex-m4')).toBeNull();
    expect(problemOf('compil model.json')).toBe('no command compil');
    expect(problemOf('compile model.json --tarqet cortex-m4')).toBe('no option --tarqet');
    expect(problemOf('--verbose')).toBe('no option --verbose');
    expect(faultOf('compile model.json --optimize magic')).toContain('is not one of speed, balanced, size');
    expect(faultOf('build model.json')).toBe('without -b, --board <id>');
    expect(faultOf('compile')).toBe('0 arguments instead of 1');
  });
});
