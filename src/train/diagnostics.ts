import type { Diagnostic } from '../diagnostics.js';
import { npmInstall } from '../package-root.js';

// What can be wrong with a training.

export const trainingDiverged = (step: number, loss: number, parameter: string, gradient: number): Diagnostic => ({
  code: 'training_diverged',
  at: `step ${step}`,
  message: `the loss is ${loss}; the largest gradient, ${gradient.toPrecision(3)}, is that of ${parameter}`,
  hint: 'lower --rate or --clip, or look for NaN and outliers in the data',
});

/** @param bytes of half a batch, with the network */
export const trainingMemory = (bytes: number, most: number): Diagnostic => ({
  code: 'training_memory',
  at: 'training',
  message: `half a batch needs ${megabytes(bytes)} of memory, ${megabytes(most)} is the most`,
  hint: 'lower --batch or --units, cut sequences with --max-steps or --window, or use smaller windows in --conv',
});

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`;

/** `short` of `all` sequences of a part end before the network's output of step `first`. */
export const convTooShort = (
  at: string,
  part: string,
  { short, all, shortest, first }: Readonly<Record<'short' | 'all' | 'shortest' | 'first', number>>,
): Diagnostic => ({
  code: 'conv_too_short',
  at,
  message: `${short} of ${all} sequences of the ${part} part end before the network's first output, which comes with step ${first}; the shortest has ${shortest}`,
  hint: 'use smaller windows or strides in --conv, or leave short recordings out',
});

export const runUnfinished = (folder: string): Diagnostic => ({
  code: 'run_unfinished',
  at: folder,
  message: 'it holds a training that did not finish',
  hint: '--resume continues it, --restart discards it and starts over',
});

export const runFinished = (folder: string, difference: string): Diagnostic => ({
  code: 'run_finished',
  at: folder,
  message: `it holds a finished training of something else: ${difference}`,
  hint: 'name another folder with --run or another file with -o; --force or --restart replaces the finished training',
});

export const runMissing = (folder: string): Diagnostic => ({
  code: 'run_missing',
  at: folder,
  message: 'it holds no run with a checkpoint',
  hint: 'rnnq train without --resume begins one; --run names the folder',
});

export const runChanged = (folder: string, difference: string): Diagnostic => ({
  code: 'run_changed',
  at: folder,
  message: `the run began with something else: ${difference}`,
  hint: 'a resumed run needs the options and data that it began with; --restart starts over',
});

export const runNotWritable = (path: string, message: string): Diagnostic => ({
  code: 'run_not_writable',
  at: path,
  message,
});

export const checkpointBroken = (path: string, message: string): Diagnostic => ({
  code: 'checkpoint_broken',
  at: path,
  message: `cannot be used: ${message}`,
  hint: '--restart starts over',
});

export const backendMissing = (message: string): Diagnostic => ({
  code: 'backend_missing',
  at: '--backend node',
  message: `@tensorflow/tfjs-node cannot be used: ${message.split('\n')[0]}`,
  hint: `${npmInstall('@tensorflow/tfjs-node')}; or --backend wasm, which needs nothing`,
});

export const runDoesNotFit = (folder: string, message: string): Diagnostic => ({
  code: 'run_does_not_fit',
  at: folder,
  message,
  hint: 'a warm start or a teacher needs the same data, layers and activations',
});
