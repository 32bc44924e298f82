/** Probability with which a bound holds. */
const CONFIDENCE = 0.95;

/**
 * The upper bound of a Poisson rate, an hour, that holds with 95 % after `count` events in so many hours (one-sided, exact:
 * Garwood 1936). Without an event it is 3.0 / hours, the rule of three.
 */
export const upperBound = (count: number, hours: number): number => meanBound(count) / hours;

/** Hours without an event that a bound takes. */
export const hoursFor = (rate: number): number => meanBound(0) / rate;

/** The mean of a Poisson distribution that gives `count` events or fewer with a probability of 5 %. */
function meanBound(count: number): number {
  let [low, high] = [0, 4 * (count + 3)];
  for (let i = 0; i < 60; i++) {
    const mean = (low + high) / 2;
    if (cumulative(count, mean) > 1 - CONFIDENCE) low = mean;
    else high = mean;
  }
  return high;
}

/** Sum of exp(-mean) mean^k / k! for k up to `count`; logarithms keep large means from underflow. */
function cumulative(count: number, mean: number): number {
  let [logarithm, sum] = [-mean, 0];
  for (let k = 0; k <= count; k++) {
    if (k > 0) logarithm += Math.log(mean / k);
    sum += Math.exp(logarithm);
  }
  return sum;
}
