import type { ActivationBits, InputScaling, Model, TaskName } from '../ir/model.js';
import type { Normalization } from './scaling.js';
import type { SplitRule } from './split.js';

/** What the user may wish; absent fields are chosen by the data. */
export interface Wishes {
  /** What is asked of the network; absent: seen from the data. */
  readonly task?: Exclude<TaskName, 'symbols'> | undefined;
  /** Of the task `anomaly`: steps from an output to the input that it predicts; default 1. */
  readonly ahead?: number | undefined;
  /** Of the task `anomaly`: labels of what is normal. */
  readonly normal?: readonly string[] | undefined;
  readonly split?: SplitRule | undefined;
  readonly normalization?: Normalization | undefined;
  /** One offset and scale for all features. */
  readonly commonScale?: boolean | undefined;
  /** Where recordings without any class are: they are a class beside those of the labels. */
  readonly background?: string | undefined;
  /** Longer sequences are cut after so many steps. */
  readonly maxSteps?: number | undefined;
  /** A trained model: its scaling and labels are taken instead of learned ones. */
  readonly like?: TrainedInput | undefined;
  /** Labels are taken where they are there and the model knows them. */
  readonly unlabelled?: boolean | undefined;
  /** Of the codes; those of a model are its own. Default 8. */
  readonly activationBits?: ActivationBits | undefined;
}

/** What a model has fixed about its data. */
export interface TrainedInput {
  /** Default 8. */
  readonly activationBits?: ActivationBits;
  readonly input: InputScaling;
  readonly labels: readonly string[];
  readonly task?: Model['task'];
  readonly outputs?: Model['outputs'];
  readonly thresholds?: Model['thresholds'];
  readonly anomaly?: Model['anomaly'];
}
