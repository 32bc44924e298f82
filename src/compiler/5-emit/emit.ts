import { readFileSync } from 'node:fs';
import ejs from 'ejs';
import type { Golden } from '../../interpreter/golden.js';
import type { StreamGolden } from '../../interpreter/stream.js';
import type { Model } from '../../ir/model.js';
import type { Plan } from '../../ir/plan.js';
import { PACKAGE_ROOT } from '../../package-root.js';
import { cNames } from './c-names.js';
import { layOut } from './packages.js';
import type { CompileReport } from './report.js';
import { runtimeFiles } from './runtime.js';
import { streamCode } from './stream-view.js';
import { strictView } from './strict-view.js';
import { type EmitOptions, type TemplateData, templateData } from './template-data.js';

/** Relative path -> text. */
export type Files = ReadonlyMap<string, string>;

/** Template -> path of the file it gives; NAME is the model's name. */
const TEMPLATES = {
  'model.h.ejs': 'include/NAME.h',
  'model.c.ejs': 'src/NAME.c',
  'weights.h.ejs': 'src/NAME_weights.h',
  'weights.c.ejs': 'src/NAME_weights.c',
  'golden.h.ejs': 'test/NAME_golden.h',
  'selftest.c.ejs': 'test/NAME_selftest.c',
  'proof.c.ejs': 'test/NAME_proof.c',
  'replay.c.ejs': 'test/NAME_replay.c',
  'firmware.c.ejs': 'test/NAME_firmware.c',
  'stream.c.ejs': 'test/NAME_stream.c',
  'main.c.ejs': 'examples/main.c',
  'README.md.ejs': 'README.md',
} as const;

/** Plan -> files, the same bytes for the same input: no dates, no paths. */
export function emit(
  model: Model,
  plan: Plan,
  golden: Golden,
  streamGolden: StreamGolden | null,
  report: CompileReport,
  options: EmitOptions,
): Files {
  const view = strictView(templateData(model, plan, golden, streamGolden, options));
  const files = new Map<string, string>();
  for (const [template, path] of Object.entries(TEMPLATES))
    if (template !== 'stream.c.ejs' || view.stream !== null)
      files.set(path.replace('NAME', options.name), render(template, view));
  for (const [path, text] of runtimeFiles([...plan.kernels, ...streamFunctions(model, options.name)], plan.place))
    files.set(path, text);
  files.set(`${options.name}.report.json`, `${JSON.stringify(report, null, 2)}\n`);
  return layOut(options.package, options.name, files, (template) => render(template, view));
}

/** Functions of runtime-c that the front end and the decision call. */
function streamFunctions(model: Model, name: string): readonly string[] {
  const { frontEnd } = model.input;
  return frontEnd === undefined ? [] : streamCode(model, frontEnd, cNames(name)).functions;
}

const read = (path: string): string => readFileSync(PACKAGE_ROOT + path, 'utf8');

const render = (template: string, view: TemplateData): string =>
  ejs.compile(read(`codegen/${template}`), { _with: false, localsName: 'view', escape: String })(view);
