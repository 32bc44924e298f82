import { SeededRandom } from '../fixed/random.js';
import type { Recordings } from './recording.js';

const RATE = 50; // Hz
const STEPS = 40;
const AXES = 3;
const PER_CLASS = 300;
/** The data never change, whatever the seed of a training. */
const SEED = 1234;
/** Codes are acceleration * 64: +-2 g; a hard stroke saturates, as on a real sensor. */
const SCALE = [0.5];

/** What one recording draws once. */
interface Movement {
  readonly amplitude: number; // g
  readonly frequency: number; // Hz
  readonly phase: number;
  /** Moment of the stroke or blow, s. */
  readonly moment: number;
}

const pulse = (t: number, width: number): number => Math.exp(-((t / width) ** 2));

/** Acceleration in g at the time t, on the two axes of the movement. */
const GESTURES: { readonly [label: string]: (t: number, m: Movement) => readonly [number, number] } = {
  circle: (t, m) => {
    const angle = 2 * Math.PI * m.frequency * t + m.phase;
    return [m.amplitude * Math.cos(angle), m.amplitude * Math.sin(angle)];
  },
  shake: (t, m) => {
    const angle = 2 * Math.PI * m.frequency * t + m.phase;
    return [m.amplitude * Math.cos(angle), 0.3 * m.amplitude * Math.cos(angle)];
  },
  swipe: (t, m) => {
    // speeds up, then brakes
    const at = t - m.moment;
    return [1.5 * m.amplitude * (pulse(at + 0.1, 0.08) - pulse(at - 0.1, 0.08)), 0];
  },
  tap: (t, m) => {
    // a blow that rings out
    const at = t - m.moment;
    return [0, at < 0 ? 0 : 1.5 * m.amplitude * Math.exp(-at / 0.04) * Math.cos(2 * Math.PI * 12 * at)];
  },
};

/**
 * A SYNTHETIC set, computed, not recorded: 1,200 gestures (circle, shake, swipe, tap) of a 3-axis accelerometer in g at
 * 50 Hz, 40 steps, with random strength, speed, moment, orientation and noise. For trying things out without a download.
 */
export function readGestures(): Recordings {
  const random = new SeededRandom(SEED);
  const list = Object.keys(GESTURES).flatMap((label) =>
    Array.from({ length: PER_CLASS }, (_, i) => {
      const name = `${label}/${i}`;
      return { source: `gestures ${name}`, name, values: record(GESTURES[label]!, random), labels: [label] };
    }),
  );
  return {
    name: 'synthetic_gestures',
    source: 'gestures',
    size: AXES,
    everyStep: false,
    normalization: { kind: 'scale', scale: SCALE },
    list,
  };
}

function record(gesture: (typeof GESTURES)[string], random: SeededRandom): Float64Array {
  const between = (low: number, high: number): number => low + (high - low) * random.next();
  const movement = {
    amplitude: between(0.4, 1.2),
    frequency: between(1.5, 3.5),
    phase: between(0, 2 * Math.PI),
    moment: between(0.2, 0.6),
  };
  // the hand is turned about the vertical axis and tilted: gravity leaks into x and y
  const turn = between(-0.5, 0.5);
  const tilt = [between(-0.3, 0.3), between(-0.3, 0.3)] as const;
  const gravity = [tilt[0], tilt[1], Math.sqrt(1 - tilt[0] ** 2 - tilt[1] ** 2)] as const;
  const noise = between(0.05, 0.2);
  const values = new Float64Array(STEPS * AXES);
  for (let step = 0; step < STEPS; step++) {
    const [a, b] = gesture(step / RATE, movement);
    const moved = [a * Math.cos(turn) - b * Math.sin(turn), a * Math.sin(turn) + b * Math.cos(turn), 0.2 * a];
    for (let axis = 0; axis < AXES; axis++)
      values[step * AXES + axis] = gravity[axis]! + moved[axis]! + noise * random.gaussian();
  }
  return values;
}
