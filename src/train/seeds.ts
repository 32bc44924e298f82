import { fnv1a } from '../fixed/hash.js';
import { SeededRandom } from '../fixed/random.js';

/** What a training draws at random. */
export type Purpose = 'weights' | 'order' | 'augment' | 'quantize' | 'dropout' | 'stream';

/**
 * The seed of one draw, from the training's seed, its purpose and the number of the epoch or update. So the random
 * state of a training is the number of its next update, and a resumed training draws what the uninterrupted one draws.
 */
export const seedFor = (seed: number, purpose: Purpose, index = 0): number =>
  fnv1a(Buffer.from(`${seed} ${purpose} ${index}`));

export const randomFor = (seed: number, purpose: Purpose, index = 0): SeededRandom =>
  new SeededRandom(seedFor(seed, purpose, index));
