import { type Diagnostic, show } from '../diagnostics.js';

// What can be wrong with the model of another tool. `at`: the file, and in it the layer or node.

/** A place in a file of another tool. */
export const inFile = (path: string, what: string): string => `${path}, ${what}`;

const list = (shape: readonly number[]): string => `(${shape.join(', ')})`;

export const importUnreadable = (at: string, reason: string, hint?: string): Diagnostic => ({
  code: 'import_unreadable',
  at,
  message: `cannot be read as a model: ${reason}`,
  hint: hint ?? 'the file may be truncated, or of another format than its name says; save it again',
});

export const importWeightsOnly = (at: string, hint: string): Diagnostic => ({
  code: 'import_weights_only',
  at,
  message: 'holds weights but not the network that they belong to',
  hint,
});

export const importLayer = (at: string, what: string, hint: string): Diagnostic => ({
  code: 'import_layer',
  at,
  message: `rnnq has no ${what}`,
  hint,
});

export const importActivation = (at: string, activation: string, where: string, hint: string): Diagnostic => ({
  code: 'import_activation',
  at,
  message: `rnnq has no ${[activation, where].filter((word) => word !== '').join(' ')}`,
  hint,
});

export const importDirection = (at: string, what: string): Diagnostic => ({
  code: 'import_direction',
  at,
  message: `${what} reads a sequence from its end, which a device that steps with its inputs has not seen yet`,
  hint: 'train a network that runs forward only',
});

export const importLoop = (at: string, what: string): Diagnostic => ({
  code: 'import_loop',
  at,
  message: `the network is written as ${what}, not as recurrent layers`,
  hint: 'converters do that to GRUs and to relu cells: import the Keras file (.keras or .h5) that it was made from',
});

export const importBranches = (at: string, what: string): Diagnostic => ({
  code: 'import_branches',
  at,
  message: `the network is not a chain of layers: ${what}`,
  hint: 'rnnq compiles chains with one input and one output; save the part that is one',
});

export const importState = (at: string, what: string): Diagnostic => ({
  code: 'import_state',
  at,
  message: what,
  hint: 'rnnq keeps the states itself and starts them with zeros: save the model without states as inputs or outputs',
});

export const importAttribute = (at: string, what: string, hint: string): Diagnostic => ({
  code: 'import_attribute',
  at,
  message: `rnnq has no ${what}`,
  hint,
});

export const importAllSteps = (at: string, what: string): Diagnostic => ({
  code: 'import_all_steps',
  at,
  message: `${what} needs the outputs of all steps at once`,
  hint: 'save the model with a fixed number of steps: a dense layer behind Flatten, a mean and a maximum over time are possible then; or take the last step (return_sequences=False, y[:, -1])',
});

export const importDecoder = (at: string, what: string): Diagnostic => ({
  code: 'import_decoder',
  at,
  message: `a decoder that does not give back the windows that the encoder reads: ${what}`,
  hint: 'rnnq runs decoders of autoencoders alone: recurrent layers, RepeatVector of as many steps as a window has, recurrent layers, and a linear dense layer of as many values as the input has; of other networks import the encoder',
});

export const importReversed = (at: string): Diagnostic => ({
  code: 'import_reversed',
  at,
  message:
    'its decoder gives windows back from their last step to their first: on the data that is much nearer to them',
  hint: 'rnnq compares a window with what is given back in the order of its steps: train it with targets in that order',
});

export const importPadding = (at: string, late: number): Diagnostic => ({
  code: 'import_padding',
  at,
  message: `its last ${late === 1 ? 'output reads a zero' : `${late} outputs read zeros`} behind the end of a sequence (padding "same"), where a device that steps with its inputs has no end`,
  hint: 'train it with padding "causal" or "valid", which compute the same features of the inputs that are there',
});

export const importCustom = (at: string, what: string): Diagnostic => ({
  code: 'import_custom',
  at,
  message: `${what} is code of the model's author; rnnq never executes what a file holds`,
  hint: 'build the model of standard layers alone and save it again',
});

export const importValue = (
  at: string,
  message: string,
  hint = 'the file is damaged, or the training diverged',
): Diagnostic => ({
  code: 'import_value',
  at,
  message,
  hint,
});

export const importShape = (
  at: string,
  what: string,
  expected: readonly number[],
  found: readonly number[],
): Diagnostic => importValue(at, `${what} has the shape ${list(found)}, ${list(expected)} is needed`);

export const importNeedsData = (): Diagnostic => ({
  code: 'import_needs_data',
  at: '--data',
  message: 'formats are chosen from the values that the network meets, and no data are given',
  hint: '--data <file> with recorded inputs; or --input-range <low>,<high> for random ones, which is only a guess',
  usage: true,
});

export const importNeedsRealData = (at: string): Diagnostic => ({
  code: 'import_needs_data',
  at,
  message: 'relu in a GRU or an LSTM has no largest value but that of its data, and random input says nothing about it',
  hint: '--data <file> with recorded inputs',
});

export const importSaturation = (
  at: string,
  { largest, limit, saturated, values }: { largest: number; limit: number; saturated: number; values: number },
): Diagnostic => ({
  code: 'import_saturation',
  at,
  message: `values reach ${largest.toPrecision(4)}, the largest format of relu holds ${Math.round(limit)}: ${saturated} of ${values} values of the calibration data saturate (${((100 * saturated) / values).toPrecision(2)} %, at most 0.1 % may)`,
  hint: 'scale the inputs as in the training of the network (--input-offset, --input-scale); or train it with tanh',
});

export const importDataFit = (
  at: string,
  message: string,
  hint = 'give the data as the network was trained on them: the same features, in the same order',
): Diagnostic => ({ code: 'import_data_fit', at, message, hint });
export const importPickle = (at: string, what: string): Diagnostic => ({
  code: 'import_pickle',
  at,
  message: `loading it would call ${show(what).replaceAll('"', '')}; rnnq builds tensors and nothing else`,
  hint: 'save the weights alone: torch.save(model.state_dict(), "model.pth"), or safetensors',
});

export const importWarmStart = (at: string, what: string): Diagnostic => ({
  code: 'import_warm_start',
  at,
  message: `the trainer has no such network: ${what}`,
  hint: 'it trains convolutions and pools, behind them recurrent layers of one kind and dense layers, the last one linear; without --run the import needs no trainer',
});
