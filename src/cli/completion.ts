import type { Command, Option } from 'commander';
import { listBoards } from '../boards/board.js';
import { VERIFIES } from '../boards/writers.js';
import { PACKAGES } from '../compiler/5-emit/packages.js';
import { CORES } from '../targets/cores.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** An option as a shell completes it. */
interface CompletedOption {
  /** `-t` and `--target`, those that there are. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Values that are known; empty: file names are completed. */
  readonly values: readonly string[];
}

interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** Known values of the first argument; empty: file names are completed. */
  readonly values: readonly string[];
}

/** Values that options take beside those that commander knows as choices, by the option's long name. */
const valuesOf = (option: Option): readonly string[] => {
  const known: Readonly<Record<string, () => readonly string[]>> = {
    '--target': () => Object.keys(CORES),
    '--board': listBoards,
    '--package': () => PACKAGES,
    '--runner': () => [...Object.keys(VERIFIES).filter((name) => name !== 'volume'), 'qemu', 'rp2040js'],
    '--data': () => DATA,
    '--window-label': () => ['end', 'majority', 'unmixed'],
    '--split': () => ['ratio', 'given', 'time', 'group=', 'fold=', 'test=', 'all'],
    '--normalize': () => ['standard', 'range', 'none', 'scale='],
    '--labels-at': () => ['last', 'every-step'],
    '--channel': () => ['left', 'right', 'mix'],
    '--cell': () => ['rnn', 'gru', 'lstm'],
    '--activation': () => ['tanh', 'hard', 'relu'],
    '--activation-bits': () => ['8', '16'],
    '--reset': () => ['after', 'before'],
    '--row-scale': () => ['shift', 'multiplier'],
    '--row-scale-scope': () => ['joint', 'separate'],
    '--schedule': () => ['cosine', 'linear', 'constant'],
    '--class-weights': () => ['none', 'balanced'],
    '--task': () => ['classify', 'regress', 'detect', 'anomaly'],
    '--loss': () => ['mse', 'mae', 'huber'],
  };
  return option.argChoices ?? known[option.long ?? '']?.() ?? [];
};

/** Data that need no file. */
const DATA = ['digits', 'gestures'];

function commandsOf(program: Command): CompletedCommand[] {
  const help = { names: ['-h', '--help'], description: 'help for this command', takesValue: false, values: [] };
  return program.commands.map((command) => {
    const argument = command.registeredArguments[0];
    const options = command.options.map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      description: option.description,
      takesValue: option.required || option.optional,
      values: valuesOf(option),
    }));
    const values = argument?.argChoices ?? (argument?.name() === 'data' ? DATA : []);
    return { name: command.name(), description: command.description(), options: [...options, help], values };
  });
}

/** A script that makes a shell complete the commands, options and known values of a program. */
export const completionScript = (program: Command, shell: Shell): string =>
  ({ bash, zsh, fish })[shell](program.name(), commandsOf(program));

const namesOf = ({ options }: CompletedCommand): string => options.flatMap(({ names }) => names).join(' ');
const text = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

/** Branches of a case over options: those with known values, then those with any value, where files are completed. */
const valueCases = ({ options }: CompletedCommand, known: (values: string) => string, files: string): string[] => {
  const valued = options.filter(({ takesValue }) => takesValue);
  const any = valued.filter(({ values }) => values.length === 0).flatMap(({ names }) => names);
  return [
    ...valued
      .filter(({ values }) => values.length > 0)
      .map(({ names, values }) => `${names.join('|')}) ${known(values.join(' '))} ;;`),
    ...(any.length > 0 ? [`${any.join('|')}) ${files} ;;`] : []),
  ];
};

/** With `-o default` bash completes file names where the function has no answer. */
function bash(name: string, commands: readonly CompletedCommand[]): string {
  const reply = (words: string): string => `COMPREPLY=($(compgen -W ${text(words)} -- "$cur"))`;
  const branch = (command: CompletedCommand): string[] => [
    `    ${command.name})`,
    '      case "$previous" in',
    ...valueCases(command, (values) => `${reply(values)}; return`, 'return').map((line) => `        ${line}`),
    '      esac',
    `      if [[ "$cur" == -* ]]; then ${reply(namesOf(command))}`,
    ...(command.values.length > 0 ? [`      else ${reply(command.values.join(' '))}`] : []),
    '      fi ;;',
  ];
  const names = commands.map((command) => command.name).join(' ');
  return [
    `# bash completion of ${name}: source <(${name} completion bash)`,
    `_${name}() {`,
    `  local cur="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"`,
    '  COMPREPLY=()',
    `  if ((COMP_CWORD == 1)); then ${reply(`${names} help --help --version`)}; return; fi`,
    `  case "\${COMP_WORDS[1]}" in`,
    ...commands.flatMap(branch),
    `    help) ${reply(names)} ;;`,
    '  esac',
    '}',
    `complete -o default -F _${name} ${name}`,
    '',
  ].join('\n');
}

function zsh(name: string, commands: readonly CompletedCommand[]): string {
  const described = (entry: string, description: string): string =>
    text(`${entry.replaceAll(':', '\\:')}:${description.replaceAll(':', '\\:')}`);
  const branch = (command: CompletedCommand): string[] => [
    `    ${command.name})`,
    '      case "$words[CURRENT-1]" in',
    ...valueCases(command, (values) => `compadd -- ${values}; return`, '_files; return').map(
      (line) => `        ${line}`,
    ),
    '      esac',
    '      if [[ "$words[CURRENT]" == -* ]]; then',
    `        entries=(${command.options.flatMap(({ names, description }) => names.map((n) => described(n, description))).join(' ')})`,
    "        _describe -o 'option' entries",
    '      else',
    ...(command.values.length > 0 ? [`        compadd -- ${command.values.join(' ')}`] : []),
    '        _files',
    '      fi ;;',
  ];
  return [
    `#compdef ${name}`,
    `# zsh completion of ${name}: source <(${name} completion zsh), after compinit`,
    `_${name}() {`,
    '  local -a entries',
    '  if ((CURRENT == 2)); then',
    `    entries=(${commands.map((command) => described(command.name, command.description)).join(' ')})`,
    "    _describe 'command' entries",
    '    return',
    '  fi',
    '  case "$words[2]" in',
    ...commands.flatMap(branch),
    '  esac',
    '}',
    `if [[ "$funcstack[1]" == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi`,
    '',
  ].join('\n');
}

function fish(name: string, commands: readonly CompletedCommand[]): string {
  const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const line = (...words: readonly string[]): string => ['complete', '-c', name, ...words].join(' ');
  return [
    `# fish completion of ${name}: ${name} completion fish | source`,
    ...commands.flatMap((command) => {
      const seen = quoted(`__fish_seen_subcommand_from ${command.name}`);
      const values = command.values.length > 0 ? [line('-n', seen, '-a', quoted(command.values.join(' ')))] : [];
      return [
        line('-n', '__fish_use_subcommand', '-f', '-a', command.name, '-d', quoted(command.description)),
        ...values,
        ...command.options.map((option) => {
          const names = option.names.flatMap((n) => (n.startsWith('--') ? ['-l', n.slice(2)] : ['-s', n.slice(1)]));
          const value = option.values.length > 0 ? ['-x', '-a', quoted(option.values.join(' '))] : ['-r'];
          return line('-n', seen, ...names, ...(option.takesValue ? value : []), '-d', quoted(option.description));
        }),
      ];
    }),
    '',
  ].join('\n');
}
