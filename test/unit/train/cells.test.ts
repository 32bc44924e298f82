import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { fieldsOf, LAYER_TYPES, LAYERS } from '../../../src/layers/index.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { CELL_NAMES, CELLS, stepsOf } from '../../../src/train/cells/index.js';
import type { LayerShape, NetworkShape } from '../../../src/train/engine/layout.js';
import { SHARED } from '../../../src/train/engine/step.js';
import { exportNetwork } from '../../../src/train/export.js';
import { TrainedNetwork } from '../../../src/train/network.js';
import { checkTrainOptions } from '../../../src/train/options.js';
import { packagePath } from '../../kernels/run-program.js';

const read = (path: string): string => readFileSync(packagePath(path), 'utf8');

const RESETS = ['after', 'before'] as const;
const shapes = CELL_NAMES.flatMap((cell) =>
  RESETS.flatMap((reset) =>
    CELLS[cell].activations.map((activation): LayerShape => ({ cell, inputs: 3, units: 5, activation, reset })),
  ),
);
const title = ({ cell, activation, reset }: LayerShape): string => `${cell}, ${activation}, reset ${reset}`;

describe.each(shapes.map((shape) => ({ name: title(shape), shape })))('$name', ({ shape }) => {
  const { cell, activation } = shape;
  const def = CELLS[cell];

  test('gates and first biases are those of the layer', () => {
    expect(def.gates).toEqual(LAYERS[cell].gates);
    expect(def.firstBias(-1)).toHaveLength(def.gates.length);
    const { schema } = fieldsOf(cell).find(([key]) => key === 'activation')![1];
    expect(schema.safeParse(activation).success).toBe(true);
  });

  test('its buffers are declared and its products cover every gate once', () => {
    const { buffers, states, products, dRecurrent, cellState } = stepsOf(shape);
    const kinds: Readonly<Record<string, string>> = { ...SHARED, ...buffers };
    for (const chip of [false, true]) expect(states(chip).map((name) => kinds[name])).toEqual(['states', 'states']);
    if (dRecurrent !== null) expect(kinds[dRecurrent]).toBe('gates');
    // a layer with a cell state has fraction bits for it, which are chosen from its range
    expect(cellState !== null).toBe('cellFraction' in LAYERS[cell].fields);
    if (cellState !== null) expect(kinds[cellState]).toBe('states');
    for (const { of } of products) expect(kinds[of]).toMatch(/states|units/);
    expect(products.flatMap(({ first, gates }) => Array.from({ length: gates }, (_, i) => first + i))).toEqual(
      def.gates.map((_, gate) => gate),
    );
  });

  test('is exported as its layer, which is written, read and lowered', () => {
    const network: NetworkShape = { layers: [shape], outputs: 2 };
    const options = checkTrainOptions({ cell, activation, units: [5] });
    const model = buildModel(
      exportNetwork(
        new TrainedNetwork(network, options),
        { ranges: [{ cell: 3, hidden: 2, scaleShift: 0 }], largestLogit: 5 },
        {
          name: 'one',
          input: { size: 3, fraction: 7, offset: [0], scale: [1] },
          labels: [],
          goldenInput: new Int8Array(3),
          training: {},
        },
      ),
    );
    expect(model.layers[0]).toMatchObject({ type: cell, units: 5, activation });
    expect(readModel(writeModel(model))).toEqual(model);
    expect(lower(model).states.length).toBeGreaterThan(0);
  });
});

test('an activation that a cell does not have is refused', () => {
  for (const cell of CELL_NAMES)
    for (const activation of ['tanh', 'hard', 'relu'] as const) {
      const check = () => checkTrainOptions({ cell, activation });
      if (CELLS[cell].activations.includes(activation)) expect(check).not.toThrow();
      else expect(check).toThrow(/bad_option at activation/);
    }
});

test('help, completion and documents name every cell, every layer type and every field', () => {
  const [help, completion, training, model] = [
    read('src/cli/train-options.ts').split("'--cell <cell>'")[1]!.split('\n')[0]!,
    read('src/cli/completion.ts').split("'--cell'")[1]!.split('\n')[0]!,
    read('docs/training.md').split('`--cell`')[1]!.split('\n')[0]!,
    read('docs/model.md'),
  ];
  for (const cell of CELL_NAMES) for (const text of [help, completion, training]) expect(text).toContain(cell);
  for (const type of LAYER_TYPES) {
    expect(model.split('| `type` |')[1]!.split('\n')[0]).toContain(`"${type}"`);
    for (const [key] of fieldsOf(type)) expect(model, `${type}.${key}`).toContain(`\`${key}\``);
  }
});

test("steps of other gates than the row's are refused, so that no cell trains with another one's kernels", () => {
  const rows = CELLS as { lstm: (typeof CELLS)['lstm'] };
  const own = rows.lstm;
  try {
    rows.lstm = { ...own, gates: ['x'] };
    const shape: LayerShape = { cell: 'lstm', inputs: 3, units: 5, activation: 'tanh', reset: 'after' };
    expect(() => stepsOf(shape)).toThrow('cover 4 gates, its row has 1');
  } finally {
    rows.lstm = own;
  }
});
