import { REPORT_SCHEMA, type Report, reportSchema } from '../../src/report/schema.js';

const kernel = {
  symbol: 'rnnq_matvec_s8_ternary_c',
  block: 0,
  cycles: 900,
  weightBytes: 48,
  workBytes: 16,
  codeBytes: 200,
};
const spread = (n: number) => ({ min: n, max: n });
const step = (origin: string, name: string, kind: 'call' | 'loop', n: number) => ({
  ...{ origin, name, kind },
  ...{ instructions: spread(n - 10), cycles: spread(n) },
});
const symbol = (name: string, bytes: number, role: Report['symbols'][number]['role'], layer: string | null = null) => ({
  ...{ name, bytes, role, layer, source: `${layer === null ? 'rnnq' : 'kws'}.c` },
  section: role === 'step' || role === 'kernel' ? ('code' as const) : ('constants' as const),
});

/** Hits of 10 marks and false alarms in 2 hours at a threshold. */
const heard = (threshold: number, hits: number, count: number) => ({
  ...{ threshold, hits, marks: 10, wrong: 0, between: 1, latency: { median: 0.2, late: 0.4 } },
  falseAlarms: { count, hours: 2, rate: count / 2, bound: (count + 3) / 2 },
});

/** A report with something in every section, checked by its schema; `name` is the model's and stands in all texts. */
export function exampleReport(name = 'kws', changes: Partial<Report> = {}): Report {
  const symbols = [
    symbol(`${name}_gru0_input`, 480, 'weights', name),
    symbol(`${name}_gru0_bias`, 96, 'bias', name),
    symbol(`${name}_gru0_update`, 210, 'step', name),
    symbol('rnnq_matvec_s8_ternary_c', 300, 'kernel'),
    symbol(`${name}_table_tanh`, 512, 'table'),
    symbol('strings and padding', 2, 'other'),
  ];
  const facts = { flash: 1600, ram: 120, stack: 88, cycles: 1500, time: null, accuracy: 0.9 };
  return reportSchema.parse({
    schema: REPORT_SCHEMA,
    computed: {
      ...{ rnnq: '0.0.0', model: name, hash: 0xabcdef, core: 'cortex-m4' },
      constants: { weights: 480, biases: 96, scales: 0, tables: 512, total: 1088 },
      ...{ bitsPerWeight: 2, weightsAsCode: 0, stateBytes: 20, scratchBytes: 100 },
      stream: { framesPerSecond: 62.5, tables: 1799, stream: 1084, scratch: 1352, shared: 100 },
      layers: [
        {
          ...{ name, type: 'gru', units: 4, weights: 96, zeros: 40, asCode: 0, weightBytes: 480 },
          ...{ bitsPerWeight: 2, biasBytes: 96, scaleBytes: 0, kernels: [kernel.symbol] },
        },
      ],
    },
    measured: {
      ...{ core: 'cortex-m4', compiler: `gcc ${name}`, flags: ['-O2'], unmeasured: [] },
      objects: [{ source: 'kws.c', text: 1600, rodata: 1090, data: 0, bss: 0 }],
      total: { text: 1600, rodata: 1090, data: 0, bss: 0 },
      stack: [{ entryPoint: `${name}_step`, bytes: 88, path: [`${name}_step`, `${name}_advance`], unmeasured: [] }],
    },
    ...{ missing: null, severalModels: { shared: 300, added: 1300 }, symbols },
    memory: {
      state: [{ name: 'gru0_h', bytes: 20 }],
      scratch: [
        { name: 'gru0_acc', bytes: 96, offset: 0, slot: 0, from: 0, to: 1 },
        { name: 'gru0_work', bytes: 4, offset: 96, slot: 1, from: 1, to: 1 },
      ],
      steps: [kernel.symbol, 'gru0_update'],
    },
    choices: [{ name: 'gru0_input', rows: 12, cols: 8, chosen: kernel, candidates: [kernel] }],
    weights: [
      {
        ...{ layer: name, matrix: 'input', format: 'ternary', rows: 12, cols: 8, zeros: 40 },
        histogram: [
          [-1, 30],
          [0, 40],
          [1, 26],
        ],
        rowZeros: [4, 3, 3, 4, 3, 3, 4, 3, 3, 4, 3, 3],
      },
    ],
    cycles: {
      ...{ core: 'cortex-m4', count: 3, instructions: spread(1480), cycles: spread(1500) },
      stream: {
        frames: 8,
        frontEnd: { instructions: spread(2000), cycles: spread(2500) },
        decision: { instructions: spread(80), cycles: spread(100) },
      },
      model: { name: 'Cortex-M4', source: 'manual', error: 'some' },
      steps: [step('/layers/0', kernel.symbol, 'call', 1000), step('/layers/0', 'gru0_update', 'loop', 500)],
    },
    stream: {
      ...{ sampleRate: 8000, channels: 1, window: 256, hop: 128 },
      ...{ blocks: [`bands of ${name}`, 'scale'], decision: `margin of ${name} above 100` },
    },
    evaluation: {
      ...{ what: `recordings of ${name}`, seconds: 90 },
      parts: [
        { label: null, figures: heard(40, 8, 0), sweep: [heard(1, 10, 50), heard(40, 8, 0)] },
        { label: name, figures: null, sweep: [{ ...heard(5, 0, 1), latency: null }] },
      ],
    },
    accuracy: {
      ...{ task: 'classify', data: name, sequences: 20, changed: 1 },
      measures: [
        { name: 'accuracy', unit: 'share', better: 'higher', float: 0.95, quantized: 0.9, fixed: 0.9, count: 20 },
        { name: 'loss', unit: 'nats', better: 'lower', float: null, quantized: 0.31, fixed: 0.32, count: 20 },
      ],
      plots: [
        {
          kind: 'confusion',
          labels: [name, 'no'],
          counts: [
            [9, 1],
            [1, 9],
          ],
        },
        {
          ...{ kind: 'scatter', name: 'charge', unit: '%' },
          points: [
            [0, 1],
            [50, 48],
            [100, 99],
          ],
        },
        {
          ...{ kind: 'curves', title: 'Precision over recall', x: 'recall', y: 'precision' },
          curves: [
            {
              name,
              points: [
                [0, 1],
                [1, 0.4],
              ],
            },
          ],
        },
      ],
    },
    training: {
      facts: { seed: 1, bestStep: 20, method: name },
      curves: [
        {
          name: 'loss',
          training: [
            [10, 2],
            [20, 1],
          ],
          validation: [
            [10, 2.1],
            [20, 1.2],
          ],
        },
      ],
    },
    stepSeconds: 0.016,
    boards: [
      {
        ...{ board: 'nucleo_f446re', description: name, point: 'reset', hz: 16e6, waitStates: 0, cycles: 1500 },
        ...{
          stalls: 0,
          stallsOfSteps: [0, 0],
          flash: 'manual',
          seconds: 1500 / 16e6,
          share: 1500 / 16e6 / 0.016,
          fits: true,
          energy: null,
          source: 'manual',
        },
      },
      {
        ...{ board: 'nucleo_f446re', description: name, point: 'fast', hz: 180e6, waitStates: 5, cycles: 1500 },
        ...{
          stalls: 300,
          stallsOfSteps: [100, 200],
          flash: 'manual',
          seconds: 1800 / 180e6,
          share: 1800 / 180e6 / 0.016,
          fits: false,
          source: 'manual',
        },
        energy: { joules: 1e-6, microampsPerMHz: 100, volts: 3, source: name },
      },
    ],
    facts,
    baseline: {
      ...{ model: name, hash: 1, core: 'cortex-m4', rnnq: '0.0.0', compiler: 'gcc 1', flags: '-O2' },
      facts: { ...facts, flash: 1500, accuracy: 0.92 },
      symbols: [
        { name: `${name}_gru0_input`, bytes: 380 },
        { name: 'gone', bytes: 44 },
      ],
    },
    ...changes,
  });
}
