import { fail } from '../diagnostics.js';
import { importUnreadable, importWeightsOnly, inFile } from './diagnostics.js';
import { Hdf5, isHdf5 } from './hdf5.js';
import type { Imported, Importer } from './importer.js';
import { jsonOf, parseJson, textOf } from './json.js';
import { type KerasWeights, readKerasModel } from './keras/config.js';
import type { Tensor } from './tensor.js';
import { type Archive, isZip, openZip } from './zip.js';

const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';
const SAVE_WHOLE = 'save the whole model: model.save("model.keras")';

/** Keras 1 to 3: .h5 (HDF5) and .keras (an archive); a file named .keras can be HDF5. */
export const keras: Importer = {
  title: 'Keras',
  recognizes: (bytes, name) =>
    isHdf5(bytes) ||
    (/\.(keras|h5|hdf5)$/i.test(name) && !/\.weights\.h5$/i.test(name)) ||
    (isZip(bytes) && holdsConfig(bytes)),
  async read({ path, bytes }) {
    if (isHdf5(bytes)) return readH5(path, bytes);
    if (isZip(bytes)) return readArchive(path, openZip(path, bytes));
    const pickle = bytes[0] === 0x80;
    return fail(
      pickle
        ? importUnreadable(path, 'it is a Python pickle, whatever its name', SAVE_WHOLE)
        : importUnreadable(path, `it begins with neither HDF5's nor zip's first bytes`),
    );
  },
};

/** The name of an archive's entry is not compressed. */
const holdsConfig = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes(WEIGHTS);

async function readH5(path: string, bytes: Uint8Array): Promise<Imported> {
  const file = await Hdf5.open(path, bytes);
  const config = file.text('', 'model_config');
  if (config === undefined) return fail(importWeightsOnly(path, SAVE_WHOLE));
  const version = file.text('', 'keras_version') ?? file.text('model_weights', 'keras_version') ?? '1';
  const weights: KerasWeights = ({ name }) => {
    const group = `model_weights/${name}`;
    return file.has(group) ? file.texts(group, 'weight_names').map((own) => file.tensor(`${group}/${own}`)) : [];
  };
  const origin = { format: 'Keras HDF5', producer: `Keras ${version}`, version };
  return readKerasModel(path, parseJson(inFile(path, 'model_config'), config), weights, origin);
}

async function readArchive(path: string, archive: Archive): Promise<Imported> {
  const json = (name: string): unknown => {
    const bytes = archive.entry(name);
    return bytes && parseJson(inFile(path, name), Buffer.from(bytes).toString('utf8'));
  };
  const config = json(CONFIG);
  const bytes = archive.entry(WEIGHTS);
  if (config === undefined || bytes === undefined)
    return fail(importUnreadable(path, `the archive has no ${config === undefined ? CONFIG : WEIGHTS}`, SAVE_WHOLE));
  const version = textOf(jsonOf(json('metadata.json')).keras_version, '3');
  const weights = archiveWeights(await Hdf5.open(inFile(path, WEIGHTS), bytes));
  const origin = { format: 'Keras archive', producer: `Keras ${version}`, version };
  return readKerasModel(path, config, weights, origin);
}

/**
 * Weights of an archive lie in folders that are named after the class of the layer and numbered in the order of the
 * layers: lstm, lstm_1, dense ...; those of cells and wrapped layers one level deeper.
 */
function archiveWeights(file: Hdf5): KerasWeights {
  const used = new Map<string, number>();
  const variables = (folder: string): Tensor[] => {
    const place = `${folder}/vars`;
    return [...file.names(place)].sort((a, b) => Number(a) - Number(b)).map((name) => file.tensor(`${place}/${name}`));
  };
  const find = (folder: string): readonly Tensor[] | undefined => {
    const inner = [folder, `${folder}/cell`, `${folder}/layer`, `${folder}/layer/cell`].find(
      (at) => file.names(`${at}/vars`).length > 0,
    );
    return inner === undefined ? undefined : variables(inner);
  };
  // Keras 2.15 on Windows: one name with backslashes for the whole way to a folder
  const flat = (folder: string): readonly Tensor[] | undefined => {
    const names = [`layers\\${folder}`, `layers\\${folder}\\cell`, `layers\\${folder}\\layer`];
    return names.map((name) => variables(name)).find((found) => found.length > 0);
  };
  return ({ type, name }) => {
    const snake = snakeCase(type);
    const count = used.get(snake) ?? 0;
    used.set(snake, count + 1);
    const folder = count === 0 ? snake : `${snake}_${count}`;
    for (const key of [folder, name]) {
      const found = find(`layers/${key}`) ?? find(`_layer_checkpoint_dependencies/${key}`) ?? flat(key);
      if (found !== undefined) return found;
    }
    return [];
  };
}

/** As Keras makes it: BatchNormalization -> batch_normalization, LSTM -> lstm, GRU -> gru. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
