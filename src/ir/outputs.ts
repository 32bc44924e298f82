/** How a network that predicts its own input (N14), or gives it back (N17), finds anomalies. */
export interface AnomalyRule {
  /** Steps from an output to the input that it predicts, from 1 on; 0: windows are given back. */
  readonly ahead: number;
  /** The score is the mean squared error over about 2^smoothing steps; 0 where it is the sum over a window. */
  readonly smoothing: number;
  /** Score from which on an anomaly is reported: a sum over the inputs of squares in units of their scaled values. */
  readonly threshold: number;
}

/** A quantity that a network predicts (N11): value = offset + scale * output, in the user's unit. */
export interface OutputQuantity {
  readonly name: string;
  readonly unit?: string;
  readonly scale: number;
  readonly offset: number;
  /** Places after the point of the integers that the generated C gives; absent: by N11. */
  readonly decimals?: number;
}
