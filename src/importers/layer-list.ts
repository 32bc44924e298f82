import { badValue, fail } from '../diagnostics.js';
import type { ActivationName } from './float-network.js';

/** A layer as `--layers` names it: what it is, the prefix of its tensors' names, its activation. */
export interface NamedLayer {
  readonly type: NamedType;
  readonly prefix: string;
  readonly activation?: ActivationName | 'softmax' | undefined;
}

const TYPES = [
  'rnn',
  'gru',
  'lstm',
  'conv1d',
  'maxpool',
  'avgpool',
  'flatten',
  'repeat',
  'dense',
  'batchnorm',
  'embedding',
] as const;
export type NamedType = (typeof TYPES)[number];
const ACTIVATIONS = ['linear', 'relu', 'tanh', 'sigmoid', 'softmax'] as const;

/** `conv1d:conv:relu, maxpool:2, gru:rnn, dense:fc1:relu, dense:fc2` -> layers; a pooling has its window in the place of names, `repeat` its steps, `flatten` none. @throws DiagnosticError bad_option */
export function parseLayers(text: string): NamedLayer[] {
  return text.split(',').map((part) => {
    const [type, prefix = '', activation, ...more] = part.split(':').map((word) => word.trim());
    const known = TYPES.find((own) => own === type);
    const given = ACTIVATIONS.find((own) => own === activation);
    const wrong =
      known === undefined ||
      (prefix === '') !== (known === 'flatten') ||
      more.length > 0 ||
      (activation !== undefined && given === undefined);
    if (wrong)
      fail(
        badValue(
          '--layers',
          `has ${JSON.stringify(part.trim())}; a part is <type>:<prefix of its names>[:<activation>], type ${TYPES.join(', ')}, activation ${ACTIVATIONS.join(', ')}`,
        ),
      );
    return { type: known!, prefix, activation: given };
  });
}
