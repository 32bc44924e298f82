import type { Block, BlockKind } from '../ir/front-end.js';
import { bands } from './bands.js';
import type { BlockDef, BlockDefs } from './block.js';
import { decimate } from './decimate.js';
import { highpass } from './highpass.js';
import { logMel } from './log-mel.js';
import { magnitude } from './magnitude.js';
import { scale } from './scale.js';

/** Every block of a front end. A new one is a file, a row here and its type in src/ir/front-end.ts. */
export const BLOCKS: BlockDefs = { 'log-mel': logMel, bands, decimate, highpass, magnitude, scale };

export const BLOCK_KINDS = Object.keys(BLOCKS) as BlockKind[];

/** The row of a block. */
export const blockDef = <B extends Block>({ kind }: B): BlockDef<B> => BLOCKS[kind] as unknown as BlockDef<B>;

/** What model.json has of a block. */
export type BlockFile = { readonly kind: BlockKind } & Readonly<Record<string, unknown>>;

export function readBlock({ kind, ...fields }: BlockFile): Block {
  const { read } = BLOCKS[kind];
  return read === undefined ? ({ kind, ...fields } as unknown as Block) : read(fields);
}

export function writeBlock(block: Block): BlockFile {
  const { write } = blockDef(block);
  return write === undefined ? ({ ...block } as unknown as BlockFile) : { kind: block.kind, ...write(block) };
}
