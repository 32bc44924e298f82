import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completionScript, SHELLS } from '../../src/cli/completion.js';
import { program } from '../../src/cli/program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-completion-'));
  for (const shell of SHELLS) writeFileSync(join(folder, `rnnq.${shell}`), completionScript(program, shell));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const shell = (file: string, ...args: string[]) => spawnSync(file, args, { cwd: folder, encoding: 'utf8' });

/** What a line is completed to; the last word is the one under the cursor. */
const CASES: readonly [line: string, expected: readonly string[], absent: readonly string[]][] = [
  ['rnnq comp', ['compile', 'completion'], ['verify']],
  ['rnnq ', ['train', 'doctor'], ['--target']],
  ['rnnq compile model.json --tar', ['--target'], ['--output']],
  ['rnnq compile model.json -t cortex-m0', ['cortex-m0', 'cortex-m0plus'], ['cortex-m3']],
  ['rnnq compile model.json --optimize ', ['speed', 'balanced', 'size'], []],
  ['rnnq compile model.json --package ', ['cmake', 'zephyr', 'single-file'], []],
  ['rnnq build model.json --board raspberry', ['raspberry_pi_pico'], ['nucleo_f446re']],
  ['rnnq train --cell g', ['gru'], ['lstm']],
  ['rnnq data g', ['gestures'], ['digits']],
  ['rnnq completion ', ['bash', 'zsh', 'fish'], []],
];

/** Checks what a shell gave: one block for each case, its entries one a line. */
const expectAll = (output: string): void => {
  const blocks = output.split('==\n');
  expect(blocks).toHaveLength(CASES.length);
  CASES.forEach(([line, expected, absent], i) => {
    const found = blocks[i]!.split('\n').map((entry) => entry.split('\t')[0]!);
    expect(found, line).toEqual(expect.arrayContaining([...expected]));
    for (const word of absent) expect(found, line).not.toContain(word);
  });
};

describe('bash', () => {
  const NAMES = `ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _rnnq; printf '%s\\n' "\${COMPREPLY[@]}"; }`;
  const bash = (script: string) => shell('bash', '--norc', '-c', `source rnnq.bash; ${NAMES}; ${script}`);

  test('completes commands, options and values', () => {
    const words = (line: string): string =>
      line
        .split(' ')
        .map((word) => `'${word}'`)
        .join(' ');
    const { stdout, stderr } = bash(CASES.map(([line]) => `ask ${words(line)}`).join('; echo ==; '));
    expect(stderr).toBe('');
    expectAll(stdout);
  });

  test('where no values are known the answer is empty, so that bash completes file names', () => {
    expect(bash("ask rnnq compile -o ''").stdout).toBe('\n');
    expect(bash('complete -p rnnq').stdout).toContain('-o default');
  });
});

describe('fish', () => {
  test('completes commands, options and values', (context) => {
    if (!has('fish')) context.skip('fish is not installed');
    const script = CASES.map(([line]) => `complete -C '${line}'`).join('; echo ==; ');
    expectAll(shell('fish', '-N', '-c', `source rnnq.fish; ${script}`).stdout);
  });
});

describe('zsh', () => {
  /** Stand-ins for zsh's own functions: they print what they are given; zsh itself leaves out what does not fit the word. */
  const STUBS = [
    'compdef() { print -l -- compdef "$@" }',
    'compadd() { shift; print -l -- "$@" }',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: zsh
    '_describe() { local name=$@[-1]; print -l -- ${(P)name} }',
    '_files() { print -- files }',
  ].join('; ');
  const zsh = (script: string) => shell('zsh', '-f', '-c', `${STUBS}; source rnnq.zsh; ${script}`);

  test('offers commands, options and values', (context) => {
    if (!has('zsh')) context.skip('zsh is not installed');
    const ask = (line: string): string => {
      const words = line.split(' ').map((word) => `'${word}'`);
      return `words=(${words.join(' ')}); CURRENT=${words.length}; _rnnq`;
    };
    const { stdout, stderr } = zsh(`echo '=='; ${CASES.map(([line]) => ask(line)).join("; echo '=='; ")}`);
    expect(stderr).toBe('');
    const [registered, ...blocks] = stdout.split('==\n');
    expect(registered).toBe('compdef\n_rnnq\nrnnq\n');
    CASES.forEach(([line, expected], i) => {
      const found = blocks[i]!.split('\n').map((entry) => entry.split(':')[0]!);
      expect(found, line).toEqual(expect.arrayContaining([...expected]));
    });
    expect(zsh("words=(rnnq compile -o ''); CURRENT=4; _rnnq").stdout).toContain('files\n');
  });
});
