import { fail } from '../diagnostics.js';
import { Chain } from './chain.js';
import { importAttribute, importDirection, importUnreadable, importValue, importWeightsOnly } from './diagnostics.js';
import { type FloatRecurrent, GATE_COUNTS } from './float-network.js';
import type { Imported, Origin, ReadOptions } from './importer.js';
import { type NamedLayer, type NamedType, parseLayers } from './layer-list.js';
import { reordered, type Tensor, zeros } from './tensor.js';
import { windowRows } from './windows.js';

/** rnnq's gate k is PyTorch's gate ORDER[k]: its GRU has r, z, n. */
const ORDER = { rnn: [0], gru: [1, 0, 2], lstm: [0, 1, 2, 3] } as const;

/**
 * Weights by PyTorch's names as a chain of layers. Such a file has no graph: `layers` lists them, or they are guessed where
 * there is one recurrent module and at most one linear one.
 */
export function readStateDict(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  { layers, everyStep }: ReadOptions,
  origin: Origin,
): Imported {
  const chain = new Chain(path);
  const names = [...tensors.keys()];
  const reverse = names.find((name) => name.endsWith('_reverse'));
  const projected = names.find((name) => /weight_hr_l\d/.test(name));
  if (reverse !== undefined) chain.refuse(reverse, importDirection(chain.at(reverse), 'a bidirectional module'));
  if (projected !== undefined)
    chain.refuse(projected, importAttribute(chain.at(projected), 'projection of the state', 'train without proj_size'));
  if (!chain.sound) return chain.finish(origin, { everyStep: false, window: null });
  const named = withPrefixes(tensors);
  const list = layers === undefined ? guessed(path, named, chain) : parseLayers(layers);
  const used = new Set<string>();
  const find = (name: string): Tensor | undefined => {
    used.add(name);
    return named.get(name);
  };
  for (const layer of list) READERS[layer.type](layer, find, chain);
  const left = [...named.keys()].filter((name) => !used.has(name) && !/num_batches_tracked$/.test(name));
  if (left.length > 0) chain.note(`not read: ${left.slice(0, 8).join(', ')}${left.length > 8 ? ' ...' : ''}`);
  // a decoder gives every step of a window
  const decodes = list.some(({ type }) => type === 'repeat');
  if (everyStep === undefined && !decodes)
    chain.note(
      'the file does not say after which steps it has outputs: only the last one is assumed (--every-step: all)',
    );
  return chain.finish(origin, { everyStep: everyStep ?? decodes, window: null });
}

/** The state of a module that is the whole network has names without a prefix: they get one. */
const WHOLE = 'model';
const withPrefixes = (tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name.includes('.') ? name : `${WHOLE}.${name}`, tensor]));

type Find = (name: string) => Tensor | undefined;
type Reader = (layer: NamedLayer, find: Find, chain: Chain) => void;

const recurrent =
  (type: FloatRecurrent['type']): Reader =>
  ({ prefix, activation }, find, chain) => {
    // a cell alone (nn.GRUCell) has no number of a layer
    const single = find(`${prefix}.weight_hh`) !== undefined;
    for (let level = 0; ; level++) {
      const name = (kind: string): string => (single ? `${prefix}.${kind}` : `${prefix}.${kind}_l${level}`);
      const [input, own] = level > 0 && single ? [] : [find(name('weight_ih')), find(name('weight_hh'))];
      if (level > 0 && input === undefined) return;
      const source = `${type} "${prefix}"${level > 0 ? ` layer ${level}` : ''}`;
      const [rows = 0, units = 0] = own?.shape ?? [];
      if (input === undefined || own === undefined || rows !== GATE_COUNTS[type] * units) {
        const why =
          own === undefined
            ? `has no tensor ${name('weight_hh')}`
            : `has ${rows} rows for ${units} units, which is no ${type}`;
        chain.refuse(source, importValue(chain.at(source), why, 'check the names and types of --layers'));
        return;
      }
      const bias = (kind: string): Float64Array => reordered(find(name(kind))?.data ?? zeros(rows), ORDER[type]);
      chain.recurrent(source, type, {
        units,
        inputs: input.shape[1] ?? 0,
        input: reordered(input.data, ORDER[type]),
        recurrent: reordered(own.data, ORDER[type]),
        inputBias: bias('bias_ih'),
        recurrentBias: bias('bias_hh'),
        activation: type === 'rnn' && activation === 'relu' ? 'relu' : 'tanh',
        gateActivation: 'sigmoid',
        reset: 'after',
      });
    }
  };

/** `4` or `4/2`: the window, and the stride where it is another number. */
function pooling(f: 'max' | 'mean'): Reader {
  return ({ prefix }, _find, chain) => {
    const source = `pooling "${prefix}"`;
    const [window = 0, stride = window] = /^[1-9]\d{0,4}(\/[1-9]\d{0,4})?$/.test(prefix)
      ? prefix.split('/').map(Number)
      : [];
    const { units } = chain;
    if (window === 0 || units === null) {
      const what = units === null ? 'follows no layer with weights' : `has the window ${prefix}`;
      chain.refuse(source, importValue(chain.at(source), what, 'maxpool:<window>, or maxpool:<window>/<stride>'));
      return;
    }
    chain.pool(source, { units, inputs: units, window, first: window, stride, function: f });
  };
}

const READERS: Readonly<Record<NamedType, Reader>> = {
  flatten: (_layer, _find, chain) => chain.flatten('flatten', null),
  repeat({ prefix }, _find, chain) {
    const source = `repeat "${prefix}"`;
    const { units } = chain;
    const steps = /^[1-9]\d{0,4}$/.test(prefix) ? Number(prefix) : 0;
    if (steps > 0 && units !== null) chain.repeat(source, { units, inputs: units, steps });
    else {
      const what = units === null ? 'follows no layer with weights' : `has ${prefix} steps`;
      chain.refuse(source, importValue(chain.at(source), what, 'repeat:<steps of a window>'));
    }
  },
  rnn: recurrent('rnn'),
  gru: recurrent('gru'),
  lstm: recurrent('lstm'),
  dense({ prefix, activation = 'linear' }, find, chain) {
    const [weights, bias] = [find(`${prefix}.weight`), find(`${prefix}.bias`)];
    const source = `linear "${prefix}"`;
    const [units = 0, inputs = 0] = weights?.shape ?? [];
    if (weights?.shape.length !== 2) {
      chain.refuse(
        source,
        importValue(chain.at(source), `has no tensor ${prefix}.weight`, 'check the names of --layers'),
      );
      return;
    }
    chain.dense(source, {
      units,
      inputs,
      weights: weights.data,
      bias: bias?.data ?? zeros(units),
      activation: activation === 'softmax' ? 'linear' : activation,
    });
    if (activation === 'softmax') chain.activation(`softmax of ${source}`, 'softmax');
  },
  conv1d({ prefix, activation = 'linear' }, find, chain) {
    const [name = prefix, stride = '1'] = prefix.split('/');
    const [weights, bias] = [find(`${name}.weight`), find(`${name}.bias`)];
    const source = `convolution "${name}"`;
    const [units = 0, inputs = 0, window = 0] = weights?.shape ?? [];
    if (weights?.shape.length !== 3 || !/^[1-9]\d{0,4}$/.test(stride)) {
      const hint = 'check the names of --layers: conv1d:<prefix>, or conv1d:<prefix>/<stride>';
      chain.refuse(source, importValue(chain.at(source), `has no tensor ${name}.weight of three dimensions`, hint));
      return;
    }
    chain.note(`${source} is read as one without padding, dilation and groups, which the file does not say`);
    chain.conv1d(source, {
      ...{ units, inputs, window, first: window, stride: Number(stride) },
      weights: windowRows(
        { window, inputs, units, groups: 1 },
        (k, i, f) => weights.data[(f * inputs + i) * window + k]!,
      ),
      bias: bias?.data ?? zeros(units),
      activation: activation === 'softmax' ? 'linear' : activation,
    });
  },
  maxpool: pooling('max'),
  avgpool: pooling('mean'),
  batchnorm({ prefix, activation }, find, chain) {
    const [mean, variance] = [find(`${prefix}.running_mean`)?.data, find(`${prefix}.running_var`)?.data];
    const source = `batch normalization "${prefix}"`;
    if (mean === undefined || variance === undefined) {
      chain.refuse(
        source,
        importValue(chain.at(source), `has no tensor ${prefix}.running_mean`, 'check the names of --layers'),
      );
      return;
    }
    const gamma = find(`${prefix}.weight`)?.data ?? mean.map(() => 1);
    const beta = find(`${prefix}.bias`)?.data ?? mean.map(() => 0);
    const scale = gamma.map((g, j) => g / Math.sqrt(variance[j]! + 1e-5));
    chain.scaleShift(source, { scale, shift: beta.map((b, j) => b - mean[j]! * scale[j]!) });
    if (activation !== undefined) chain.activation(`${activation} of ${source}`, activation);
  },
  embedding({ prefix }, find, chain) {
    const table = find(`${prefix}.weight`);
    const source = `embedding "${prefix}"`;
    if (table?.shape.length !== 2) {
      chain.refuse(
        source,
        importValue(chain.at(source), `has no tensor ${prefix}.weight`, 'check the names of --layers'),
      );
      return;
    }
    chain.embedding(source, { inputs: table.shape[0]!, units: table.shape[1]!, table: table.data });
  },
};

/** Names of a linear module behind a recurrent one that people give it. */
const HEADS = /(^|[._])(fc|linear|lin|out|output|head|dense|classifier|decoder|proj)\d*$/i;

/** One recurrent module, and the one linear module that fits behind it. */
function guessed(path: string, tensors: ReadonlyMap<string, Tensor>, chain: Chain): NamedLayer[] {
  if (tensors.size === 0) fail(importUnreadable(path, 'it holds no tensors'));
  const names = [...tensors.keys()];
  const cells = names.flatMap((name) => /^(.*)\.weight_hh(_l0)?$/.exec(name)?.[1] ?? []);
  const [cell] = cells;
  const linear = names.flatMap((name) => {
    const prefix = /^(.*)\.weight$/.exec(name)?.[1];
    return prefix !== undefined && tensors.get(name)!.shape.length === 2 ? [prefix] : [];
  });
  const weights = tensors.get(`${cell}.weight_hh_l0`) ?? tensors.get(`${cell}.weight_hh`);
  const [rows = 0, units = 0] = weights?.shape ?? [];
  const type = (['rnn', 'gru', 'lstm'] as const).find((own) => GATE_COUNTS[own] * units === rows);
  const [head, ...others] = linear;
  const fits = head === undefined || (HEADS.test(head) && tensors.get(`${head}.weight`)!.shape[1] === units);
  if (cells.length !== 1 || type === undefined || others.length > 0 || !fits) {
    const found = [...cells.map((name) => `<cell>:${name}`), ...linear.map((name) => `dense:${name}`)].join(', ');
    return fail(
      importWeightsOnly(
        path,
        `name its layers in order, as in --layers "lstm:lstm, dense:fc1:relu, dense:fc2"; it has ${found || 'no recurrent module'}`,
      ),
    );
  }
  const layers = [{ type, prefix: cell! }, ...(head === undefined ? [] : [{ type: 'dense' as const, prefix: head }])];
  chain.note(
    `its layers are guessed from the names: --layers "${layers.map(({ type: own, prefix }) => `${own}:${prefix}`).join(', ')}"`,
  );
  return layers;
}
