import { badValue, fail } from '../diagnostics.js';
import { FrontEndTwin, valuesOf } from '../frontends/chain.js';
import type { FrontEnd } from '../ir/front-end.js';
import { chooseChain } from './chain-wish.js';
import { throwFirst } from './diagnostics.js';
import { dataNoCount, dataNoFrame, dataOtherColumns, dataOtherRate } from './front-end-diagnostics.js';
import { type CheckedDataOptions, type OptionPlace, optionName } from './options.js';
import type { Recording, Recordings } from './recording.js';

/** Share by which the rate of data may be another one than that of the model, as between two recordings. */
const MAX_RATE_DIFFERENCE = 0.05;

/**
 * Recordings of int16 counts, a row each time sample, as the values of frames that the integers of a front end make of them: the
 * one that is asked for, or that of a model. A label or a target of a row stays where its frame ends. Behind a gap the front end
 * begins from reset. Recordings without a front end, and those of sound, which have theirs, as they are.
 */
export function throughFrontEnd(
  recordings: Recordings,
  options: CheckedDataOptions,
  placeOf: OptionPlace = optionName,
): Recordings {
  const chain = options.like?.input.frontEnd;
  if (recordings.frontEnd !== undefined || recordings.features !== undefined) return recordings;
  if (options.frontEnd === undefined && chain === undefined) return recordings;
  const frontEnd = valuesOf(chain ?? chainFor(recordings, options, placeOf));
  const { size, list, channels, source, rate } = recordings;
  if (frontEnd.channels !== size) return fail(dataOtherColumns(source, size, frontEnd.channels));
  if (rate !== undefined && Math.abs(rate / frontEnd.sampleRate - 1) > MAX_RATE_DIFFERENCE)
    fail(dataOtherRate(source, rate, frontEnd.sampleRate));
  const names = channels?.map(({ name }) => name);
  throwFirst(list.flatMap((recording) => countFault(recording, size, names) ?? []));
  const { values: frames } = new FrontEndTwin(frontEnd, 0);
  const { channels: _, ...rest } = recordings;
  return {
    ...rest,
    ...{ size: frames.width, rate: frames.rate, frontEnd },
    ...(names !== undefined && { columns: names }),
    // each value of a frame is still that of its column, unless there are no columns left
    ...(channels !== undefined && frames.width === size && frames.kind === 'samples' && { channels }),
    list: list.map((recording) => framesOf(recording, frontEnd, recordings.everyStep, options.samples ?? false)),
  };
}

function chainFor({ rate, size }: Recordings, options: CheckedDataOptions, placeOf: OptionPlace): FrontEnd {
  const { frontEnd = [], frame, hop, bands, lowest, highest, floor } = options;
  if (rate === undefined)
    return fail({
      ...badValue(placeOf('frontEnd'), 'needs the rate: --time <column> or --sampling-rate <hertz>'),
      usage: false,
    });
  return chooseChain(
    frontEnd,
    { sampleRate: rate, channels: size },
    { frame, hop, bands, lowest, highest, floor },
    placeOf,
  );
}

function countFault({ source, values }: Recording, size: number, names: readonly string[] | undefined) {
  const at = values.findIndex((value) => !Number.isInteger(value) || value < -32768 || value > 32767);
  if (at < 0) return null;
  return dataNoCount(source, Math.floor(at / size), names?.[at % size] ?? `value ${at % size}`, values[at]!);
}

function framesOf(recording: Recording, frontEnd: FrontEnd, everyStep: boolean, keep: boolean): Recording {
  const { values, labels, targets, gaps = [], ...rest } = recording;
  const { channels } = frontEnd;
  const rows = values.length / channels;
  const twin = new FrontEndTwin(frontEnd, 0);
  const { width, fraction } = twin.values;
  const samples = Int16Array.from(values);
  const frames: number[] = [];
  /** The row with which each frame is complete, and the frames behind gaps. */
  const ends: number[] = [];
  const behind: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row === 0 || gaps.includes(row)) {
      twin.reset();
      if (ends.length > 0 && behind.at(-1) !== ends.length) behind.push(ends.length);
    }
    const frame = twin.push(samples, row * channels);
    if (frame === null) continue;
    for (let j = 0; j < width; j++) frames.push(frame[j]! * 2 ** -fraction);
    ends.push(row);
  }
  if (ends.length === 0) fail(dataNoFrame(rest.source, rows, twin.values.first));
  const columns = targets === undefined ? 0 : targets.length / rows;
  return {
    ...rest,
    values: Float64Array.from(frames),
    labels: labels.length === rows && rows > 1 ? ends.map((row) => labels[row]!) : labels,
    ...(targets !== undefined && {
      targets: everyStep
        ? Float64Array.from(ends.flatMap((row) => [...targets.subarray(row * columns, (row + 1) * columns)]))
        : targets,
    }),
    ...(behind.length > 0 && { gaps: behind }),
    ...(keep && gaps.length === 0 && { samples }),
  };
}
