import { fail } from '../diagnostics.js';
import { ScaleRangeError } from '../fixed/formats.js';
import { outputOf, scaleOf, valuesOf } from '../frontends/chain.js';
import { chooseScale, scaleFrame } from '../frontends/scale.js';
import type { FrontEnd } from '../ir/front-end.js';
import { inputCodes } from '../ir/input-codes.js';
import { ACTIVATION_FORMATS, type ActivationBits, type Codes, codesArray, type InputScaling } from '../ir/model.js';
import { dataScaleRange } from './diagnostics.js';
import type { Values } from './values.js';

/** The front end, its values scaled as the input's real scaling says (A9). */
export function withScale(input: InputScaling, frontEnd: FrontEnd, source: string): InputScaling {
  try {
    const scale = chooseScale(input, outputOf(frontEnd).fraction);
    return { ...input, frontEnd: { ...frontEnd, blocks: [...frontEnd.blocks, scale] } };
  } catch (error) {
    if (error instanceof ScaleRangeError) return fail(dataScaleRange(source, error.message));
    throw error;
  }
}

/** Values of steps as the codes that the chip makes: in integers behind a front end, otherwise in float32. */
export function codesOf(values: Values, input: InputScaling, bits: ActivationBits): Codes {
  const { frontEnd, size } = input;
  if (frontEnd === undefined) return inputCodes(values, input, bits);
  const { fraction } = outputOf(valuesOf(frontEnd));
  const codes = new (codesArray(input, bits))(values.length);
  const scale = scaleOf(frontEnd);
  const { largest } = ACTIVATION_FORMATS[bits];
  const [frame, row] = [new Float64Array(size), new Int32Array(size)];
  for (let at = 0; at < values.length; at += size) {
    for (let i = 0; i < size; i++) frame[i] = values[at + i]! * 2 ** fraction;
    scaleFrame(scale, frame, row, largest);
    codes.set(row, at);
  }
  return codes;
}
