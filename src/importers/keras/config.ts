import { fail } from '../../diagnostics.js';
import { Chain } from '../chain.js';
import { importBranches, importUnreadable } from '../diagnostics.js';
import type { Imported, Origin } from '../importer.js';
import { isJson, type Json, jsonOf, listOf, textOf } from '../json.js';
import type { Tensor } from '../tensor.js';
import { MERGES, readKerasLayer } from './layers.js';
import type { KerasLayer, KerasWalk } from './walk.js';

/** Weights of a layer, in Keras' order; layers are asked for in the order of the configuration. */
export type KerasWeights = (layer: { readonly type: string; readonly name: string }) => readonly Tensor[];

/** A Keras configuration and its weights as a chain of layers. */
export function readKerasModel(
  path: string,
  config: unknown,
  weights: KerasWeights,
  origin: Origin & { readonly version: string },
): Imported {
  const chain = new Chain(path);
  const modern = Number(origin.version.split('.')[0]) >= 3;
  const walk: KerasWalk = { chain, hardSlope: modern ? 1 / 6 : 0.2, sequence: true, window: null, inputSize: null };
  const layers = layersOf(path, config).map((layer) => {
    const type = textOf(layer.class_name);
    const settings = { name: layer.name, ...jsonOf(layer.config) };
    // names are numbered over all layers, also over those that the chain does not reach
    return { layer, read: { type, config: settings, weights: weights({ type, name: textOf(settings.name) }) } };
  });
  for (const { layer, read } of inOrder(chain, config, layers)) {
    if (isModel(layer))
      chain.refuse(
        textOf(layer.class_name),
        importBranches(chain.at(`"${read.config.name}"`), 'a model inside the model'),
      );
    else readKerasLayer(read, walk);
  }
  const { format, producer } = origin;
  return chain.finish({ format, producer }, { everyStep: walk.sequence, window: walk.window });
}

interface Entry {
  readonly layer: Json;
  readonly read: KerasLayer;
}

function layersOf(path: string, model: unknown): readonly Json[] {
  const { config } = jsonOf(model);
  const list = listOf(Array.isArray(config) ? config : jsonOf(config).layers);
  if (list.length === 0 || !list.every(isJson)) return fail(importUnreadable(path, 'its configuration has no layers'));
  return list;
}

const isModel = ({ class_name }: Json): boolean => ['Sequential', 'Functional', 'Model'].includes(textOf(class_name));

/** The layers as data flow through them: a Sequential as it is written, a Functional where it is a chain. */
function inOrder(chain: Chain, model: unknown, entries: readonly Entry[]): readonly Entry[] {
  const { class_name, config } = jsonOf(model);
  if (class_name === 'Sequential') return entries;
  const { input_layers, output_layers } = jsonOf(config);
  const sources = new Map(entries.map((entry) => [textOf(entry.read.config.name), inputsOf(entry.layer)]));
  const whole = (what: string) => chain.refuse('the network', importBranches(chain.path, what));
  if (endsOf(input_layers) > 1) whole(`${endsOf(input_layers)} inputs`);
  if (endsOf(output_layers) > 1) whole(`${endsOf(output_layers)} outputs`);
  const readers = new Map<string, number>();
  const merging = new Set(entries.flatMap(({ read }) => (MERGES.includes(read.type) ? [read.config.name] : [])));
  for (const [name, inputs] of sources) {
    if (inputs.length > 1 && !merging.has(name)) whole(`"${name}" reads ${inputs.length} values: ${inputs.join(', ')}`);
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  for (const [name, count] of readers) if (count > 1) whole(`"${name}" is read ${count} times`);
  if (!chain.sound || merging.size > 0) return entries;
  const follower = new Map([...sources].flatMap(([name, [input]]) => (input === undefined ? [] : [[input, name]])));
  const byName = new Map(entries.map((entry) => [textOf(entry.read.config.name), entry]));
  const ordered: Entry[] = [];
  let name = [...sources].find(([, inputs]) => inputs.length === 0)?.[0];
  while (name !== undefined && ordered.length < entries.length) {
    ordered.push(byName.get(name)!);
    name = follower.get(name);
  }
  if (ordered.length < entries.length) whole('not all of its layers lie on the way from the input');
  return ordered;
}

/** Keras 2 has a list of [name, node, tensor], Keras 3 the only one alone. */
const endsOf = (ends: unknown): number => (Array.isArray(listOf(ends)[0]) ? listOf(ends).length : 1);

/** Names of the layers whose outputs a layer reads, all of its calls together. */
function inputsOf(layer: Json): string[] {
  const names: string[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth > 16) return;
    if (Array.isArray(value)) {
      if (typeof value[0] === 'string' && typeof value[1] === 'number' && value.length >= 3) names.push(value[0]);
      else for (const inner of value) visit(inner, depth + 1);
    } else if (isJson(value)) for (const inner of Object.values(value)) visit(inner, depth + 1);
  };
  visit(layer.inbound_nodes, 0);
  return names;
}
