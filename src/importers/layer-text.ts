import type { Windowed } from '../ir/model.js';
import { activationName, type FloatLayer } from './float-network.js';

const windowText = ({ window, stride, first }: Windowed): string =>
  [`window ${window}`, ...(stride > 1 ? [`stride ${stride}`] : []), ...(first < window ? ['zeros in front'] : [])].join(
    ', ',
  );

/** A layer in the table of what the layers of a file became. */
export function layerText(layer: FloatLayer): string {
  const { type, units } = layer;
  switch (layer.type) {
    case 'conv1d':
      return `${type} ${units} (${windowText(layer)}, ${activationName(layer.activation)})`;
    case 'pool':
      return `${type} ${units} (${windowText(layer)}, ${layer.function})`;
    case 'repeat':
      return `${type} ${units} (${layer.steps} steps)`;
    case 'dense':
      return `${type} ${units} (${activationName(layer.activation)})`;
    case 'scaleShift':
      return `scale and shift ${units}`;
    case 'embedding':
      return `${type} ${layer.inputs} x ${units}`;
    default: {
      const gates = type === 'rnn' ? '' : `, ${activationName(layer.gateActivation)} gates`;
      const reset = type === 'gru' ? `, reset ${layer.reset}` : '';
      return `${type} ${units} (${activationName(layer.activation)}${gates}${reset})`;
    }
  }
}
