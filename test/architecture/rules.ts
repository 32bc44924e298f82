/** Files that every folder may import. */
const EVERYWHERE = [
  'src/diagnostics.ts',
  'src/package-root.ts',
  'src/read-file.ts',
  'src/system-errors.ts',
  'src/validate.ts',
  'src/version.ts',
];
const ALL = ['src/'];

/** Folder or file -> what it may import beside itself; the longest key that fits counts. Everything else is forbidden. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'src/fixed/': [],
  'src/files/': [],
  'src/ir/': ['src/fixed/'],
  'src/quantizers/': ['src/fixed/', 'src/ir/'],
  'src/ops/': ['src/fixed/', 'src/ir/'],
  'src/frontends/': ['src/fixed/', 'src/ir/'],
  'src/decisions/': ['src/fixed/', 'src/ir/'],
  'src/layers/': ['src/ops/', 'src/quantizers/', 'src/fixed/', 'src/ir/'],
  'src/targets/': ['src/fixed/', 'src/ir/', 'src/quantizers/'],
  'src/interpreter/': ['src/ops/', 'src/frontends/', 'src/decisions/', 'src/fixed/', 'src/ir/'],
  'src/compiler/1-read/': ['src/ir/', 'src/layers/', 'src/frontends/', 'src/decisions/', 'src/fixed/'],
  'src/compiler/2-lower/': ['src/ir/', 'src/layers/', 'src/fixed/'],
  'src/compiler/3-optimize/': ['src/ir/', 'src/ops/', 'src/fixed/'],
  'src/compiler/4-plan/': ['src/ir/', 'src/ops/', 'src/targets/', 'src/fixed/'],
  'src/compiler/5-emit/': [
    'src/ir/',
    'src/interpreter/golden.ts',
    'src/interpreter/stream.ts',
    'src/frontends/',
    'src/decisions/',
    'src/fixed/',
  ],
  'src/compiler/request.ts': ['src/boards/', 'src/compiler/5-emit/', 'src/ir/', 'src/targets/'],
  'src/compiler/compile.ts': ['src/compiler/', 'src/interpreter/', 'src/ir/', 'src/ops/', 'src/targets/'],
  'src/boards/': ['src/targets/'],
  'src/build/': ['src/boards/', 'src/ir/', 'src/targets/'],
  'src/tasks/': ['src/fixed/', 'src/ir/'],
  'src/data/': ['src/frontends/', 'src/fixed/', 'src/ir/', 'src/report/table.ts', 'src/tasks/'],
  'src/importers/': ['src/data/', 'src/quantizers/', 'src/fixed/', 'src/ir/'],
  'src/exporters/': ['src/data/', 'src/fixed/', 'src/ir/'],
  'src/train/': ['src/data/', 'src/tasks/', 'src/files/', 'src/quantizers/', 'src/fixed/', 'src/ir/'],
  'src/cycles.ts': ['src/boards/', 'src/build/', 'src/compiler/', 'src/ir/', 'src/targets/'],
  'src/streams/': ['src/data/', 'src/decisions/', 'src/frontends/', 'src/interpreter/', 'src/fixed/', 'src/ir/'],
  'src/stream-events.ts': ['src/decisions/', 'src/frontends/', 'src/interpreter/', 'src/ir/'],
  'src/stream-run.ts': [
    ...['src/boards/', 'src/compiler/', 'src/fixed/', 'src/frontends/', 'src/interpreter/'],
    'src/stream-events.ts',
  ],
  'src/stream-cycles.ts': [
    'src/boards/',
    'src/build/',
    'src/compiler/',
    'src/cycles.ts',
    'src/frontends/',
    'src/ir/',
    'src/targets/',
  ],
  'src/report/': ['src/prove.ts', 'src/ir/'],
  // each of these is one service of the public interface
  'src/anomaly-threshold.ts': ['src/compiler/', 'src/data/', 'src/fixed/', 'src/interpreter/', 'src/ir/'],
  'src/accuracy.ts': ['src/compiler/', 'src/data/', 'src/interpreter/', 'src/ir/', 'src/tasks/', 'src/train/'],
  'src/boards-of-model.ts': [
    ...['src/boards/', 'src/collect-report.ts', 'src/compiler/', 'src/ir/', 'src/report/', 'src/targets/'],
  ],
  'src/choose-format.ts': [
    ...['src/compiler/', 'src/data/', 'src/footprint.ts', 'src/ir/', 'src/quantizers/', 'src/targets/', 'src/train/'],
  ],
  'src/collect-report.ts': [
    ...[
      'src/accuracy.ts',
      'src/boards/',
      'src/build/',
      'src/compiler/',
      'src/cycles.ts',
      'src/data/',
      'src/footprint.ts',
      'src/stream-cycles.ts',
    ],
    ...['src/decisions/', 'src/frontends/', 'src/ir/', 'src/report/', 'src/targets/', 'src/tasks/'],
  ],
  'src/export-model.ts': [
    ...['src/data/', 'src/exporters/', 'src/importers/', 'src/interpreter/', 'src/ir/', 'src/tasks/'],
  ],
  'src/footprint.ts': ['src/build/', 'src/compiler/', 'src/targets/'],
  'src/import-model.ts': [
    'src/anomaly-threshold.ts',
    'src/compiler/',
    'src/importers/',
    'src/interpreter/',
    'src/quantizers/',
    'src/ops/',
    'src/fixed/',
    'src/ir/',
  ],
  'src/predict.ts': ['src/data/', 'src/interpreter/', 'src/ir/', 'src/tasks/'],
  'src/prove.ts': ['src/build/', 'src/compiler/', 'src/ir/', 'src/ops/', 'src/targets/'],
  'src/run.ts': ['src/boards/', 'src/build/', 'src/compiler/', 'src/stream-run.ts'],
  'src/warm-start.ts': ['src/data/', 'src/importers/', 'src/train/'],
  'src/verify.ts': [
    'src/boards/',
    'src/build/',
    'src/compiler/',
    'src/frontends/',
    'src/interpreter/',
    'src/ir/',
    'src/targets/',
  ],
  'src/index.ts': ALL,
  'src/cli/': ALL,
  'src/diagnostics.ts': [],
  'src/package-root.ts': [],
  'src/read-file.ts': [],
  'src/system-errors.ts': [],
  'src/validate.ts': [],
  'src/version.ts': [],
};

export function mayImport(from: string, to: string): boolean {
  const own = Object.keys(RULES)
    .filter((key) => from.startsWith(key))
    .sort((a, b) => b.length - a.length)[0];
  if (own === undefined) return false;
  if (own.endsWith('/') && to.startsWith(own)) return true;
  return [...RULES[own]!, ...EVERYWHERE].some((allowed) => to.startsWith(allowed));
}

/** Package of npm -> the only files that may import it. */
export const PACKAGES: Readonly<Record<string, RegExp>> = {
  '@tensorflow/tfjs-backend-cpu': /^src\/train\/tf\.ts$/,
  '@tensorflow/tfjs-backend-wasm': /^src\/train\/tf\.ts$/,
  '@tensorflow/tfjs-core': /^src\/train\/tf\.ts$/,
  mnist: /^src\/data\//,
  commander:
    /^src\/cli\/(command|exit|main|option-values|program|completion|compile-options|commands\/completion|data-options|train-options|trial-options)\.ts$/,
  'cli-progress': /^src\/cli\/progress\.ts$/,
  ejs: /^src\/compiler\/5-emit\/emit\.ts$/,
  'csv-parse': /^src\/data\/csv\/rows\.ts$/,
  jsfive: /^src\/importers\/hdf5\.ts$/,
  execa: /^src\/(boards\/|build\/|run\.ts)/,
  rp2040js: /^src\/boards\/runners\/pico\.ts$/,
  serialport: /^src\/boards\/serial\.ts$/,
  zod: /^src\/(validate|boards\/board|compiler\/1-read\/schema|layers\/fields|data\/options|report\/(schema|evaluation)|train\/(options|checkpoint|run-config|run-curves))\.ts$/,
};

/** Files of others that a document may name before they are there. */
export const ROOT_FILES: readonly string[] = [];
