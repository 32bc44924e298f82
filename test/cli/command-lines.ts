import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { packagePath } from '../kernels/run-program.js';

/** A command line that a text quotes. */
export interface Quoted {
  readonly file: string;
  readonly line: string;
}

const read = (path: string): string => readFileSync(packagePath(path), 'utf8');
const filesOf = (folder: string, ending: string): string[] =>
  existsSync(packagePath(folder))
    ? readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' })
        .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
        .filter((path) => path.endsWith(ending) && !path.includes('node_modules'))
    : [];

/** Documents that a user reads. */
export const documents = (): string[] => [
  'README.md',
  ...['docs', 'examples', 'runtime-c', 'codegen', 'boards'].flatMap((folder) => filesOf(folder, '.md')),
];

const fences = (text: string): string[] =>
  [...text.matchAll(/^```(?:sh|console)?\n([\s\S]*?)^```/gm)].flatMap(([, body]) =>
    body!.replaceAll(/\\\n\s*/g, ' ').split('\n'),
  );
const spans = (text: string): string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, body]) => body!.replaceAll('\n', ' '));

/** The command lines of rnnq in a line of shell: after `$ `, `npx` or a separator, up to a comment, a pipe or a redirection. */
const commandsIn = (line: string): string[] =>
  line
    .replace(/\s#.*$/, '')
    .split(/&&|\|\||[;|]|<\(|\)/)
    .map((part) => part.replace(/\s[0-9&]*>.*$/, '').trim())
    .flatMap((part) => /^(?:\$ )?(?:npx (?:--package \S+ )?)?rnnq (\S.*)$/.exec(part)?.[1] ?? [])
    .filter((command) => !/^(\w+=|event )/.test(command)); // what a board prints begins with rnnq too

/** Every `rnnq ...` in the blocks of code of a document: lines that can be run as they are. */
export const quotedInBlocks = (file: string): string[] => fences(read(file)).flatMap(commandsIn);

/** Every `rnnq ...` in the code of all documents. */
export const quotedInDocuments = (): Quoted[] =>
  documents().flatMap((file) =>
    [...fences(read(file)), ...spans(read(file))].flatMap(commandsIn).map((line) => ({ file, line })),
  );

/** Every `rnnq <command>` in a text of the source (messages, hints, help), with the options that follow in the same clause. */
export const quotedInSource = (commands: readonly string[]): Quoted[] =>
  filesOf('src', '.ts').flatMap((file) =>
    [...read(file).matchAll(/rnnq ([a-z]+)((?: (?:-{1,2}[a-z-]+|<[a-z]+>|[a-z]+\.json))*)/g)]
      .filter(([, command, options]) => commands.includes(command!) || options!.includes('-'))
      .map(([, command, options]) => ({ file, line: `${command}${options}` })),
  );

/** Every --option that a diagnostic speaks of. */
export const optionsInDiagnostics = (): Quoted[] =>
  filesOf('src', 'diagnostics.ts').flatMap((file) =>
    [...read(file).matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([line]) => ({ file, line })),
  );
