import { Engine } from './engine/engine.js';
import type { BatchShape, NetworkParameters } from './engine/layout.js';
import { DEPLOYED, type TrainedNetwork } from './network.js';

/** A trained network whose logits another one learns (Hinton et al. 2015). */
export class Teacher {
  readonly #engine: Engine;
  readonly #parameters: NetworkParameters;

  constructor(network: TrainedNetwork, shape: BatchShape) {
    this.#engine = new Engine(network.shape, shape);
    this.#parameters = network.effective(DEPLOYED);
  }

  /** Hands the student the teacher's logits on the batch that `fill` puts into the slots. */
  teach(student: Engine, fill: (engine: Engine) => void, carryState: boolean): void {
    fill(this.#engine);
    this.#engine.forward(this.#parameters, { quantization: null, carryState });
    const { batch, everyStep } = student.batch;
    const { outputSteps: steps } = student;
    for (let b = 0; b < batch; b++) {
      if (!everyStep) {
        student.setTeacher(b, this.#engine.logits(b));
        continue;
      }
      const rows = Array.from({ length: steps }, (_, t) => this.#engine.logits(b, t));
      const all = new Float32Array(steps * rows[0]!.length);
      rows.forEach((row, t) => void all.set(row, t * row.length));
      student.setTeacher(b, all);
    }
  }

  dispose(): void {
    this.#engine.dispose();
  }
}
