import { badValue, type Diagnostic, fail } from '../diagnostics.js';
import type { FloatNetwork } from './float-network.js';

/** A file as a reader gets it. */
export interface Source {
  /** As the user named it, for complaints. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** A file beside it, inside its folder; a diagnostic where there is none, or the name leads out of the folder. */
  beside(name: string): Uint8Array;
}

/** What a file cannot say itself. */
export interface ReadOptions {
  /** Of a file of weights alone: its layers in order, as `gru:rnn, dense:fc:relu`. */
  readonly layers?: string | undefined;
  /** Of a file of weights alone: there is an output after every step, not after the last one. */
  readonly everyStep?: boolean | undefined;
}

/** A file that has its layers, and says when they give outputs, is read as it is. @throws DiagnosticError bad_option */
export function refuseWeightOptions(title: string, options: ReadOptions): void {
  for (const key of ['layers', 'everyStep'] as const)
    if (options[key] !== undefined) {
      const flag = key === 'layers' ? '--layers' : '--every-step';
      fail({ ...badValue(flag, `has no meaning for ${title}: the file says it itself`), usage: false });
    }
}

/** What the source has, and what it became in rnnq. */
export interface SourceLayer {
  readonly source: string;
  readonly became: string;
}

/** Where a network came from. */
export interface Origin {
  readonly format: string;
  /** The program that wrote the file and its version, where the file says so. */
  readonly producer: string;
}

/** A file that was read: everything that is known of it, and everything that rnnq cannot do. */
export interface Imported {
  readonly origin: Origin;
  /** Complete where there are no problems. */
  readonly network: FloatNetwork;
  readonly table: readonly SourceLayer[];
  readonly notes: readonly string[];
  readonly problems: readonly Diagnostic[];
}

/** A format of another tool. */
export interface Importer {
  /** As users call it. */
  readonly title: string;
  /** Its files may be weights alone, whose layers the user names. */
  readonly ofWeights?: true;
  /** Whether a file of this name with these bytes is one. */
  recognizes(bytes: Uint8Array, name: string): boolean;
  /** @throws DiagnosticError where the file cannot be read at all; nothing in it is ever executed */
  read(source: Source, options: ReadOptions): Promise<Imported>;
}
