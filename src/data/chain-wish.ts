import { badValue, fail } from '../diagnostics.js';
import { signalsOf, valuesMisfit } from '../frontends/chain.js';
import type { Block, FrontEnd } from '../ir/front-end.js';

// From an option of the command line, such as `decimate=4,highpass=64,scale`, to the blocks of a front end.

/** The blocks that the option names, with the limits of their numbers (`power`: a power of 2); null: a block without a number. */
const BLOCKS = {
  decimate: { least: 2, most: 256, power: true },
  highpass: { least: 2, most: 16384, power: true },
  magnitude: { least: 1, most: 2 ** 30, power: false },
  bands: null,
  'log-mel': null,
} as const;
type Word = keyof typeof BLOCKS;

/** A block as it was asked for. */
export interface BlockWish {
  readonly kind: Word;
  readonly value?: number;
}

/** What `parseChain` takes, for messages. */
export const CHAIN =
  'blocks with commas between them: decimate=4, highpass=64 (powers of 2), magnitude, bands, log-mel, scale at the end or alone';

/** `decimate=4,highpass=64,scale`: the blocks in front of the scaling, which is learned; undefined where the text is none. */
export function parseChain(text: string): readonly BlockWish[] | undefined {
  const words = text.split(',').map((word) => word.trim());
  if (words.at(-1) === 'scale') words.pop();
  const blocks = words.map(parseBlock);
  return text.trim() !== '' && blocks.every((block) => block !== undefined) ? blocks : undefined;
}

function parseBlock(word: string): BlockWish | undefined {
  const [, kind = '', digits] = /^([a-z-]+)(?:=(\d+))?$/.exec(word) ?? [];
  if (!Object.hasOwn(BLOCKS, kind)) return undefined;
  const rule = BLOCKS[kind as Word];
  if (digits === undefined) return rule?.power ? undefined : { kind: kind as Word };
  const value = Number(digits);
  if (rule === null || value < rule.least || value > rule.most) return undefined;
  return rule.power && !Number.isInteger(Math.log2(value)) ? undefined : { kind: kind as Word, value };
}

/** Of `bands` and `log-mel`: windows and hops in ms, frequencies in Hz. */
export interface SpectralWishes {
  readonly frame?: number | undefined;
  readonly hop?: number | undefined;
  readonly bands?: number | undefined;
  readonly lowest?: number | undefined;
  readonly highest?: number | undefined;
  readonly floor?: number | undefined;
}

/** Of sound: `--frame`, `--hop` (milliseconds), `--bands`, `--lowest` (hertz) and `--floor`. */
export const SOUND_DEFAULTS = { frame: 32, hop: 16, bands: 24, lowest: 80, floor: 1e-7 } as const;
/** Of other sensors, whose rates are anything: windows of so many samples, half of them to the next one, from the first bin on. */
const OTHER_DEFAULTS = { window: 64, bands: 8, floor: 1e-7 } as const;

/** What is not asked for: by default the bands go to almost half the sampling rate, 8 kHz at most. */
function withDefaults(kind: Word, rate: number, wishes: SpectralWishes): Required<SpectralWishes> {
  const highest = Math.min(8000, (0.975 * rate) / 2);
  const { window, ...others } = OTHER_DEFAULTS;
  const frame = (1000 * window) / rate;
  const own =
    kind === 'log-mel'
      ? { ...SOUND_DEFAULTS, highest }
      : { ...others, frame, hop: (wishes.frame ?? frame) / 2, lowest: rate / window, highest };
  return { ...own, ...wishes };
}

/** A block behind a signal of so many samples a second; windows and hops are rounded to even numbers of samples. */
function blockOf({ kind, value }: BlockWish, rate: number, wishes: SpectralWishes): Block {
  if (kind === 'decimate' || kind === 'highpass') return { kind, shift: Math.log2(value!) };
  if (kind === 'magnitude') return { kind, floor: value ?? 1 };
  const { frame, hop, ...own } = withDefaults(kind, rate, wishes) as Readonly<Record<keyof SpectralWishes, number>>;
  const samplesOf = (milliseconds: number): number => Math.max(2, 2 * Math.round((milliseconds * rate) / 2000));
  return { kind, window: samplesOf(frame), hop: samplesOf(hop), ...own };
}

/** The options of a block's fields, where they are called otherwise. */
const OPTIONS: Readonly<Record<string, string>> = { window: 'frame' };

/**
 * The chain that is asked for, without its scaling.
 * @throws DiagnosticError where a block does not fit the samples, or what comes from the block before
 */
export function chooseChain(
  wish: readonly BlockWish[],
  samples: Pick<FrontEnd, 'sampleRate' | 'channels'>,
  wishes: SpectralWishes,
  placeOf: (option: string) => string,
): FrontEnd {
  const given = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
  const [spectral] = Object.keys(given);
  if (spectral !== undefined && !wish.some(({ kind }) => BLOCKS[kind] === null))
    fail(badValue(placeOf(spectral), 'has no meaning without bands or log-mel in --front-end'));
  let frontEnd: FrontEnd = { ...samples, blocks: [] };
  for (const one of wish) {
    const block = blockOf(one, signalsOf(frontEnd).at(-1)!.rate, given);
    frontEnd = { ...frontEnd, blocks: [...frontEnd.blocks, block] };
    const misfit = valuesMisfit(frontEnd);
    if (misfit === null) continue;
    const { field, expected } = misfit;
    const option = OPTIONS[field] ?? field;
    const value = (block as unknown as Readonly<Record<string, unknown>>)[field];
    const place = BLOCKS[one.kind] === null && field !== 'kind' ? placeOf(option) : placeOf('frontEnd');
    const at = `(${one.kind} at ${signalsOf({ ...frontEnd, blocks: frontEnd.blocks.slice(0, -1) }).at(-1)!.rate} Hz)`;
    fail({ ...badValue(place, `${JSON.stringify(value)} is not ${expected} ${at}`), usage: false });
  }
  return frontEnd;
}
