import { decisionDef } from '../../decisions/index.js';
import type { CodeNames } from '../../frontends/block.js';
import { signalsOf } from '../../frontends/chain.js';
import { blockDef } from '../../frontends/index.js';
import type { StreamGolden } from '../../interpreter/stream.js';
import type { FrontEnd } from '../../ir/front-end.js';
import { ACTIVATION_FORMATS, type Model } from '../../ir/model.js';
import { type Constant, CTYPE_BYTES } from '../../ir/plan.js';
import type { StreamField } from '../../ir/stream-code.js';
import type { CNames } from './c-names.js';

export interface Member extends StreamField {
  readonly block: string;
  /** Of its type, as C. */
  readonly min: string;
  readonly max: string;
}

/** What the generated C of a model's front end and decision is made of. */
export interface StreamCode {
  /** Constants, named without the model's name. */
  readonly constants: readonly Constant[];
  /** Functions of runtime-c. */
  readonly functions: readonly string[];
  readonly members: readonly Member[];
  /** int32_t of working memory beside the network's scratch. */
  readonly work: number;
  /** Values of a frame, and int16_t that blocks of samples write. */
  readonly values: number;
  readonly samples: number;
  /** Of push, of a frame in front of the network, and behind it. */
  readonly pushLines: readonly string[];
  readonly frameLines: readonly string[];
  readonly decisionLines: readonly string[];
}

const cName = (kind: string): string => kind.replaceAll('-', '_');

/** The C of a chain and a decision. */
export function streamCode(model: Model, frontEnd: FrontEnd, { model: name, macro }: CNames): StreamCode {
  const signals = signalsOf(frontEnd);
  const { hop } = signals.at(-1)!;
  const { largest } = ACTIVATION_FORMATS[model.activationBits];
  const common = { frame: `${name}_frame(stream, scratch, result);`, codeType: codeType(model), largest };
  const parts = frontEnd.blocks.map((block, i) => {
    const own = cName(block.kind);
    const names: CodeNames = {
      ...common,
      constant: (constant) => `${name}_${own}_${constant}`,
      field: (field) => `stream->${own}_${field}`,
    };
    return { own, values: signals[i]!.kind === 'values', code: blockDef(block).code(block, signals[i]!, names) };
  });
  const decision = decisionParts(model, { model: name, macro });
  const members = [...parts.flatMap(({ own, code }) => code.fields.map(member(own))), ...decision.members];
  const width = signals.at(-2)!.width;
  const spectral = parts.some(({ code }) => code.work > 0);
  const samples = parts.filter(({ values, code }) => !values && code.work === 0 && code !== parts.at(-1)!.code);
  const work = Math.max(...parts.map(({ code }) => code.work));
  return {
    constants: [
      ...parts.flatMap(({ own, code }) => code.constants.map((c) => ({ ...c, ...TABLE, name: `${own}_${c.name}` }))),
      ...decision.constants,
    ],
    functions: [...new Set([...parts.flatMap(({ code }) => code.functions), ...decision.functions])].sort(),
    ...{ members, work, values: width },
    samples: samples.length > 0 ? hop * frontEnd.channels : 0,
    pushLines: [
      ...(samples.length > 0 ? clearSamples(hop * frontEnd.channels) : []),
      ...parts.slice(0, -1).flatMap(({ code }) => code.lines),
      ...(spectral ? [] : frameOfSamples(width, common.frame)),
    ],
    frameLines: parts.at(-1)!.code.lines,
    decisionLines: decision.lines,
  };
}

const TABLE = { role: 'table', origin: '/input/frontEnd' } as const;
const DECISION_TABLE = { role: 'table', origin: '/decision' } as const;

const codeType = ({ activationBits }: Model): string => `int${activationBits}_t`;

const member =
  (block: string) =>
  (field: StreamField): Member => ({ ...field, ...RANGES[field.ctype], block, name: `${block}_${field.name}` });

const RANGES: { readonly [K in StreamField['ctype']]: { readonly min: string; readonly max: string } } = {
  int16_t: { min: '-32768', max: '32767' },
  uint16_t: { min: '0', max: '65535' },
  int32_t: { min: 'INT32_MIN', max: 'INT32_MAX' },
};

interface DecisionParts {
  readonly constants: readonly Constant[];
  readonly members: readonly Member[];
  readonly functions: readonly string[];
  readonly lines: readonly string[];
}

function decisionParts(model: Model, names: CNames): DecisionParts {
  const { decision } = model;
  if (decision === undefined) return { constants: [], members: [], functions: [], lines: [] };
  const def = decisionDef(decision);
  return {
    constants: def.constants(decision, model).map((c) => ({ ...c, ...DECISION_TABLE, name: `decision_${c.name}` })),
    members: def.streamFields(model).map(member('decision')),
    functions: def.functions,
    lines: def.lines(decision, model, {
      ...names,
      field: (field) => `stream->decision_${field}`,
      constant: (constant) => `${names.model}_decision_${constant}`,
    }),
  };
}

/** What an application does behind a push, for the README. */
function exampleOf({ decision, task }: Model, names: CNames): readonly string[] {
  if (decision !== undefined) return decisionDef(decision).example(names);
  const { model } = names;
  const use =
    task === undefined ? `printf("%s\\n", ${model}_labels[${model}_argmax(work.logits)]);` : 'use(work.logits);';
  return ['if (result.ready != 0) {', `    ${use}`, '}'];
}

/** The members of the result structure. */
function resultOf(model: Model) {
  if (model.decision === undefined) return null;
  const def = decisionDef(model.decision);
  const result = def.result(model);
  return { ...result, members: [result.found, result.value].map((m) => ({ ...m, bytes: CTYPE_BYTES[m.ctype] })) };
}

/** So that no block reads what none has written, whatever counts the stream holds. */
const clearSamples = (count: number): string[] => [
  `for (int32_t j = 0; j < ${count}; j++) {`,
  '    scratch->samples[j] = 0;',
  '}',
];

/** Without a window a time sample is a frame. */
const frameOfSamples = (width: number, frame: string): string[] => [
  'if (n > 0) {',
  `    for (int32_t j = 0; j < ${width}; j++) {`,
  '        scratch->values[j] = x[j];',
  '    }',
  `    ${frame}`,
  '}',
];

/** What the templates know of a stream; null: the model has no front end. */
export function streamView(model: Model, names: CNames, golden: StreamGolden | null) {
  const { frontEnd } = model.input;
  if (frontEnd === undefined || golden === null) return null;
  const { constants: _, functions: __, ...code } = streamCode(model, frontEnd, names);
  const { hop, first } = signalsOf(frontEnd).at(-1)!;
  const { decision } = model;
  return {
    ...code,
    sampleRate: frontEnd.sampleRate,
    channels: frontEnd.channels,
    ...{ hop, first },
    blocks: frontEnd.blocks.map((block) => blockDef(block).describe(block)),
    decision: decision === undefined ? null : decisionDef(decision).describe(decision, model),
    result: resultOf(model),
    example: exampleOf(model, names),
    codeType: codeType(model),
    codeBytes: model.activationBits / 8,
    changesSamples: code.samples > 0,
    golden: {
      frames: golden.frames,
      samples: golden.samples.length / frontEnd.channels,
      hashes: golden.hashes.map((h) => `    0x${h.toString(16).padStart(8, '0')}u`).join(',\n'),
    },
  };
}
