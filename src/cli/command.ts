import { Command, type ErrorOptions } from 'commander';
import { type Diagnostic, fail } from '../diagnostics.js';
import { commandFault, optionFault } from './diagnostics.js';

const count = (n: number): string => (n === 1 ? '1 argument' : `${n} arguments`);

/** A command of commander's whose complaints have the form that all complaints of rnnq have. */
export class RnnqCommand extends Command {
  override createCommand(name?: string): RnnqCommand {
    return new RnnqCommand(name);
  }

  /** @throws DiagnosticError bad_option or bad_command */
  override error(message: string, { code = '' }: ErrorOptions = {}): never {
    return fail(this.#complaint(code.replace('commander.', ''), message));
  }

  /** `rnnq compile` */
  get #path(): string {
    return this.parent === null ? this.name() : `${this.parent.name()} ${this.name()}`;
  }

  /** `text` is commander's: the subject is in quotes, a suggestion in parentheses. */
  #complaint(kind: string, text: string): Diagnostic {
    const about = /'(.*?)'/s.exec(text)?.[1] ?? '';
    const meant = /\(Did you mean (.*)\?\)$/.exec(text)?.[1];
    const help = `${meant === undefined ? '' : `did you mean ${meant}? `}${this.#path} --help lists `;
    const option = this.options.find(({ flags }) => flags === about);
    const place = option?.long ?? about;
    switch (kind) {
      case 'unknownOption':
        return optionFault(about, `${this.#path} has no such option`, `${help}its options`);
      case 'optionMissingArgument':
        return optionFault(place, `has no value; expected ${about}`, option?.description ?? `${help}its options`);
      case 'missingMandatoryOptionValue':
        return optionFault(place, `is missing; expected ${about}`, option?.description ?? `${help}its options`);
      case 'missingArgument':
        return commandFault(this.#path, `<${about}> is missing`, `${this.#path} ${this.usage()}`);
      case 'excessArguments': {
        const expected = this.registeredArguments.length;
        const extra = this.args[expected] ?? '';
        const data = this.options.some(({ long }) => long === '--data') && this.opts().data === undefined;
        return commandFault(
          this.#path,
          `expected ${count(expected)}, found ${this.args.length}`,
          data ? `--data ${extra}?` : `${this.#path} ${this.usage()}; a name with spaces needs quotes`,
        );
      }
      case 'unknownCommand':
        return commandFault(this.#path, `there is no command ${JSON.stringify(about)}`, `${help}its commands`);
      default:
        return commandFault(this.#path, text.replace(/^error: /, ''), `${help}how it is used`);
    }
  }
}
