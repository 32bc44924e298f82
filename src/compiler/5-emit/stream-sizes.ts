import { outputOf } from '../../frontends/chain.js';
import { ACTIVATION_FORMATS, type Model, outputSize } from '../../ir/model.js';
import { CTYPE_BYTES, type Plan } from '../../ir/plan.js';
import { DTYPE_BYTES } from '../../ir/program.js';
import type { CNames } from './c-names.js';
import { streamCode } from './stream-view.js';

/** Bytes of what the application keeps for a stream; exact, as the C lays its structures out. */
export interface StreamSizes {
  /** Frames a second of signal: steps of the network. */
  readonly framesPerSecond: number;
  /** Tables of front end and decision in flash. */
  readonly tables: number;
  /** `<name>_stream_t`: state of the network, ring, sums, decision. */
  readonly stream: number;
  /** `<name>_stream_scratch_t`: what front end and network share, values, logits, codes. */
  readonly scratch: number;
  /** Of it, what the network's scratch would take alone. */
  readonly shared: number;
}

interface Field {
  readonly bytes: number;
  readonly align: number;
}

const array = (bytes: number, length: number): Field => ({ bytes: bytes * length, align: bytes });

/** A structure of C, fields in order, each at a multiple of its alignment. */
function structure(fields: readonly Field[]): Field {
  const align = Math.max(1, ...fields.map((field) => field.align));
  const up = (place: number, to: number) => Math.ceil(place / to) * to;
  const end = fields.reduce((place, field) => up(place, field.align) + field.bytes, 0);
  return { bytes: up(end, align), align };
}

/** The sizes of a model's stream; null: it has no front end. */
export function streamSizes(model: Model, { program, scratchBytes }: Plan, names: CNames): StreamSizes | null {
  const { frontEnd } = model.input;
  if (frontEnd === undefined) return null;
  const { constants, members, work, values, samples } = streamCode(model, frontEnd, names);
  const state = program.states.map((id) => program.tensors[id]!.type);
  const network = structure(state.map(({ dtype, length }) => array(DTYPE_BYTES[dtype], length)));
  const shared = structure([array(4, Math.max(work, Math.ceil(scratchBytes / 4)))]);
  const codes = ACTIVATION_FORMATS[model.activationBits].largest > 127 ? 2 : 1;
  return {
    framesPerSecond: outputOf(frontEnd).rate,
    tables: constants.reduce((sum, constant) => sum + constant.values.byteLength, 0),
    stream: structure([network, ...members.map((m) => array(CTYPE_BYTES[m.ctype], Math.max(1, m.length)))]).bytes,
    scratch: structure([
      ...[shared, array(4, values), array(2, samples)],
      ...[array(2, outputSize(model)), array(codes, model.input.size)],
    ]).bytes,
    shared: scratchBytes,
  };
}
