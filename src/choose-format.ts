import { compileModel } from './compiler/compile.js';
import type { Dataset } from './data/dataset.js';
import { fail, limitsNotMet } from './diagnostics.js';
import { footprint } from './footprint.js';
import type { Model } from './ir/model.js';
import type { Limits } from './ir/plan.js';
import type { RealMatrix, RealNetwork } from './quantizers/real-network.js';
import type { CoreName } from './targets/cores.js';
import { untrainedNetwork } from './train/description.js';
import {
  bestFormat,
  COMPARED_FORMATS,
  type ComparedFormat,
  chosenFormat,
  type FormatScore,
  type SizedFormat,
  scoreFormats,
  withFormat,
} from './train/formats.js';
import { type CheckedTrainOptions, checkTrainOptions, type TrainOptions } from './train/options.js';
import { trainedModel } from './train/trained-model.js';
import type { TrialSurroundings } from './train/trials.js';

/** For which core networks are to fit, and within what; without a limit, in the flash of the ternary network. */
export interface FitRequest {
  readonly core: CoreName;
  readonly limits: Limits;
}

/** What a network takes on a core: bytes of flash and RAM, modelled cycles of a step. */
export type Cost = Required<Limits>;

export interface FittedFormat extends SizedFormat {
  readonly cost: Cost;
}

/** The networks to compare. */
export interface Fit {
  readonly core: CoreName;
  /** Those of the request; without any the flash of the ternary network. */
  readonly limits: Limits;
  /** Bytes of flash are measured by the core's compiler; false: estimated, because it is not installed. */
  readonly measured: boolean;
  /** Formats of which a network fits, each with the most units, in the order of COMPARED_FORMATS. */
  readonly formats: readonly FittedFormat[];
}

/** A comparison of weight formats, and its result. */
export interface FormatChoice {
  readonly fit: Fit;
  /** Of each format that was trained; none where a single one fits. */
  readonly scored: readonly (FittedFormat & FormatScore)[];
  /** The best on the validation part. */
  readonly best: SizedFormat;
  /** The one with the fewest bits among those that the validation part cannot distinguish from the best. */
  readonly chosen: SizedFormat;
}

/**
 * Chooses a weight format by the validation part: of every format that has a network within the limits, the largest one is
 * trained for a fifth of the updates. A single one is chosen as it is.
 * @param nameOf name of the training whose folder is this one, for around.folder
 */
export async function chooseFormat(
  data: Dataset,
  options: TrainOptions,
  request: FitRequest,
  around: TrialSurroundings,
  nameOf?: (name: string) => string,
): Promise<FormatChoice> {
  const fit = await fitUnits(data, checkTrainOptions(options), request);
  const [first, ...others] = fit.formats;
  if (others.length === 0) return { fit, scored: [], best: first!, chosen: first! };
  const scored = await scoreFormats(data, options, fit.formats, around, nameOf);
  const best = bestFormat(data, options, scored);
  return { fit, scored, best, chosen: chosenFormat(data, scored, best) };
}

/** The choice as a note of the run folder. */
export const noteOfChoice = ({ fit: { core, limits, measured }, scored, chosen: { format, units } }: FormatChoice) => ({
  ...{ core, limits, flashMeasured: measured },
  compared: scored.map(({ selectedBy, ...one }) => ({ ...one, selectedBy: selectedBy.metric })),
  chosen: { format, units },
});

const REFERENCE: ComparedFormat = 'ternary';
/** Units of a layer at most. */
const MAX_UNITS = 1024;

/**
 * For each weight format the largest network within the limits whose layers have the proportions of `options.units`, by
 * untrained networks that are compiled; of those it chooses, flash is measured as `rnnq report` does. Throws where not
 * one unit fits.
 */
export async function fitUnits(data: Dataset, options: CheckedTrainOptions, request: FitRequest): Promise<Fit> {
  const { core } = request;
  const costs = COMPARED_FORMATS.map((format) => new SizedCosts(data, options, format, core));
  const given = Object.keys(request.limits).length > 0;
  const reference = costs[COMPARED_FORMATS.indexOf(REFERENCE)]!;
  const asAsked = given ? null : await reference.exact(Math.max(...options.units));
  const limits = asAsked === null ? reserved(request.limits) : { flash: asAsked.flash };
  const fitted = await Promise.all(
    costs.map(async (own): Promise<FittedFormat[]> => {
      const largest = own === reference && !given ? Math.max(...options.units) : await own.largestWithin(limits);
      if (largest === 0) return [];
      return [{ format: own.format, units: own.units(largest), cost: await own.exact(largest) }];
    }),
  );
  const formats = fitted.flat();
  if (formats.length === 0) fail(await nothingFits(costs, request.limits, core));
  return { core, limits, measured: costs.some(({ measured }) => measured), formats };
}

/** Flash that is kept free for what a trained network takes beyond an untrained one. */
const RESERVE = 0.02;
const reserved = ({ flash, ...others }: Limits): Limits => ({
  ...others,
  ...(flash !== undefined && { flash: Math.floor((1 - RESERVE) * flash) }),
});

async function nothingFits(costs: readonly SizedCosts[], limits: Limits, core: CoreName) {
  const smallest = await Promise.all(costs.map((one) => one.exact(1)));
  const excess = smallest.map((cost) => excessOf(cost, limits));
  const nearest = excess.indexOf(Math.min(...excess));
  const kept = limits.flash === undefined ? '' : `, ${100 * RESERVE} % of the flash kept free`;
  return limitsNotMet(limits, smallest[nearest]!, core, {
    subject: `no network of one unit on ${core} meets the limits${kept}; the nearest, ${COMPARED_FORMATS[nearest]},`,
    hint: 'raise the limit, choose another core, or give the network fewer inputs, or fewer or smaller dense layers',
  });
}

/** The largest share of a limit that a cost is; above 1 it does not fit. */
const excessOf = (cost: Cost, limits: Limits): number =>
  Math.max(
    ...(['flash', 'ram', 'cycles'] as const).map((key) => cost[key] / (limits[key] ?? Number.POSITIVE_INFINITY)),
  );

/** What networks of one weight format cost, by the units of their largest layer. */
class SizedCosts {
  measured = false;
  readonly #estimates = new Map<number, Cost>();
  readonly #exact = new Map<number, Cost>();

  constructor(
    readonly data: Dataset,
    readonly options: CheckedTrainOptions,
    readonly format: ComparedFormat,
    readonly core: CoreName,
  ) {}

  /** Units of all layers. */
  units(largest: number): number[] {
    const { units } = this.options;
    const most = Math.max(...units);
    return units.map((one) => Math.max(1, Math.round((largest * one) / most)));
  }

  #model(largest: number): Model {
    const sized = { format: this.format, units: this.units(largest) };
    return trainedModel(likeTrained(untrainedNetwork(this.data, withFormat(this.options, sized))));
  }

  /** By the plan alone. */
  #estimate(largest: number): Cost {
    const known = this.#estimates.get(largest);
    if (known !== undefined) return known;
    const { estimate } = compileModel(this.#model(largest), { core: this.core }).plan;
    this.#estimates.set(largest, estimate);
    return estimate;
  }

  /** With the flash that the compiler of the core measures, where it is installed. */
  async exact(largest: number): Promise<Cost> {
    const known = this.#exact.get(largest);
    if (known !== undefined) return known;
    const { measured, ...cost } = await costOf(this.#model(largest), this.core);
    this.measured ||= measured;
    this.#exact.set(largest, cost);
    return cost;
  }

  /** The most units within the limits; 0 where one unit does not fit. */
  async largestWithin(limits: Limits): Promise<number> {
    const fits = (cost: Cost): boolean => excessOf(cost, limits) <= 1;
    let margin = 0; // bytes by which the compiler exceeds the estimate
    for (;;) {
      const estimated = (n: number): boolean => {
        const estimate = this.#estimate(n);
        return fits({ ...estimate, flash: estimate.flash + margin });
      };
      const largest = largestFitting(Math.max(...this.options.units), MAX_UNITS, estimated);
      if (largest === 0) return 0;
      const cost = await this.exact(largest);
      if (fits(cost)) return largest;
      margin = Math.max(margin, cost.flash - this.#estimate(largest).flash);
    }
  }
}

/** An untrained network with what costs bytes in a trained one: biases, and rows of different scales. */
function likeTrained(network: RealNetwork): RealNetwork {
  const spread = (value: unknown, key: string): unknown => {
    if (/bias$/i.test(key)) return (value as Float64Array).map((_, i) => ((i % 16) - 7.5) / 8);
    if (key !== 'input' && key !== 'recurrent' && key !== 'weights') return value;
    const matrix = value as RealMatrix;
    return { ...matrix, scales: matrix.scales.map((scale, row) => scale * 2 ** ((row % 3) - 1)) };
  };
  const layers = network.layers.map((layer) =>
    Object.fromEntries(Object.entries(layer).map(([key, value]) => [key, spread(value, key)])),
  );
  return { ...network, layers: layers as unknown as RealNetwork['layers'] };
}

/** What a model takes on a core: flash measured where the core's compiler is installed, else estimated. */
export async function costOf(model: Model, core: CoreName): Promise<Cost & { readonly measured: boolean }> {
  const compilation = compileModel(model, { core });
  const { flash, ram, cycles } = compilation.plan.estimate;
  const { measured } = await footprint(compilation, core);
  if (measured === null) return { flash, ram, cycles, measured: false };
  return { flash: measured.total.text + measured.total.data, ram, cycles, measured: true };
}

/**
 * The largest number from 1 to `most` that fits, where all below one that fits do so too; 0 where 1 does not. It is
 * looked for from `start`, so that few numbers far above it are tried.
 */
export function largestFitting(start: number, most: number, fits: (n: number) => boolean): number {
  let [low, high] = [Math.min(start, most), most + 1];
  while (low > 0 && !fits(low)) [low, high] = [Math.floor(low / 2), low];
  while (low > 0 && 2 * low < high && fits(2 * low)) low *= 2;
  if (low === 0) return 0;
  high = Math.min(high, 2 * low);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
