import { MODEL_VERSION } from './schema.js';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * From version i + 1 to i + 2, by position. A migration renames and moves what is there; whatever does not have the form
 * it expects passes through unchanged, for the schema to complain about.
 */
const MIGRATIONS: readonly ((file: Json) => Json)[] = [
  // 2: the layer `affine` is called `scaleShift`
  (file) => ({ ...file, layers: mapLayers(file.layers, renameLayer('affine', 'scaleShift')) }),
];

/** A parsed model.json of any version that rnnq has written, in the form of the newest; any other value as it is. */
export function migrate(json: unknown): unknown {
  if (!isObject(json) || !isVersion(json.version)) return json;
  const pending = MIGRATIONS.slice(json.version - 1);
  return pending.reduce<Json>((file, step) => step(file), { ...json, version: MODEL_VERSION });
}

const isVersion = (version: unknown): version is number =>
  Number.isInteger(version) && (version as number) >= 1 && (version as number) <= MODEL_VERSION;

const mapLayers = (layers: unknown, change: (layer: Json) => Json): unknown =>
  Array.isArray(layers) ? layers.map((layer: unknown) => (isObject(layer) ? change(layer) : layer)) : layers;

const renameLayer =
  (before: string, after: string) =>
  (layer: Json): Json =>
    layer.type === before ? { ...layer, type: after } : layer;
