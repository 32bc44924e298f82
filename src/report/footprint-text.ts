import { PLACE_TEXTS } from '../ir/plan.js';
import type { Report } from './schema.js';
import { formatTable } from './table.js';
import { wrapLines } from './terminal.js';

/** Weights that are code have no bits of their own: they are in the bytes of code. */
const weightsNote = ({ bitsPerWeight, weightsAsCode }: Report['computed']): string =>
  `${bitsPerWeight.toFixed(2)} bits each${weightsAsCode === 0 ? '' : `; ${weightsAsCode} weights are code, and count there`}`;

const codeNote = (code: number, constants: number, copied: number): string =>
  `code ${code}, constants ${constants}${copied === 0 ? '' : `, both copied to RAM ${copied}`}`;

/** What push takes: its structures instead of those of the network, and its part of the flash. */
function streamRows({ stream }: Report['computed'], measured: Report['measured']): (string | number)[][] {
  if (stream == null) return [];
  const { tables, stream: kept, scratch, shared } = stream;
  const own = measured?.objects.filter(({ source }) => STREAM_SOURCES.test(source)) ?? null;
  const push = measured?.stack.find((use) => use.entryPoint.endsWith('_push'));
  const code = own?.reduce((sum, { text, data }) => sum + text + data, 0);
  return [
    [
      'front end and decision, in FLASH',
      tables + (code ?? 0),
      code === undefined ? `tables ${tables}` : `tables ${tables}, functions ${code}`,
    ],
    [
      'RAM of push (stream + scratch)',
      kept + scratch,
      `stream ${kept} with the state, scratch ${scratch} with the ${shared} of the network`,
    ],
    ...(push === undefined ? [] : [['STACK of push', push.bytes, push.path.join(' > ')]]),
  ];
}

/** Files of runtime-c/frontends and runtime-c/decisions in a package. */
const STREAM_SOURCES = /^rnnq_(ring|window|transform|bands|logarithm|decimate|highpass|magnitude|margin|flags)_/;

/** The footprint for a person: flash, RAM and stack in bytes, then the constants of each layer. */
export function formatFootprint({
  computed,
  measured,
  missing,
  severalModels,
}: Pick<Report, 'computed' | 'measured' | 'missing' | 'severalModels'>): string {
  const { constants, stateBytes, scratchBytes, layers } = computed;
  const rows: (string | number)[][] = [
    ['weights', constants.weights, weightsNote(computed)],
    ['biases', constants.biases, ''],
    ['row scales', constants.scales, ''],
    ['tables', constants.tables, ''],
  ];
  if (measured !== null) {
    const { text, rodata, data, bss } = measured.total;
    const step = measured.stack.find((use) => use.entryPoint.endsWith('_step'))!;
    rows.push(['code and other constants', text + data - constants.total, codeNote(text - rodata, rodata, data)]);
    rows.push(['FLASH (text + data)', text + data, 'measured']);
    rows.push([
      'RAM (data + bss + state + scratch)',
      data + bss + stateBytes + scratchBytes,
      `state ${stateBytes}, scratch ${scratchBytes}${data === 0 ? '' : `, copied from flash ${data}`}`,
    ]);
    rows.push(['STACK of one step', step.bytes, step.path.join(' > ')]);
  } else {
    rows.push(['FLASH, constants only', constants.total, 'computed; code is not measured']);
    rows.push(['RAM (state + scratch)', stateBytes + scratchBytes, `state ${stateBytes}, scratch ${scratchBytes}`]);
  }
  rows.push(...streamRows(computed, measured));
  const perLayer = layers.map((l) => [
    l.name,
    `${l.type} ${l.units}`,
    l.weights,
    l.weights === 0 ? '-' : `${((100 * l.zeros) / l.weights).toFixed(0)} %`,
    l.weightBytes,
    l.weights === 0 ? '-' : l.bitsPerWeight.toFixed(2),
    l.biasBytes + l.scaleBytes,
  ]);
  const how =
    measured === null
      ? `code and stack are not measured, because a tool is missing: ${missing}`
      : `measured with ${measured.compiler}, ${measured.flags.join(' ')}${measured.unmeasured.length > 0 ? `; frames not known: ${measured.unmeasured.join(', ')}` : ''}`;
  return [
    `Footprint of ${computed.model} on ${computed.core}${computed.place === undefined ? '' : `, ${PLACE_TEXTS[computed.place]}`}, bytes`,
    formatTable(['section', 'bytes', 'note'], rows),
    '',
    formatTable(['layer', 'type', 'weights', 'zeros', 'weight bytes', 'bits/weight', 'bias+scale bytes'], perLayer),
    '',
    ...(severalModels === null
      ? []
      : [
          wrapLines(
            `a second model with the same kernels adds ${severalModels.added} bytes of flash (weights, tables, generated code); ` +
              `${severalModels.shared} bytes of kernels are shared`,
          ),
        ]),
    wrapLines(how),
  ].join('\n');
}
