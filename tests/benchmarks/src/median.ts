/**
 * The middle value of an odd number of samples; of an even number, the mean of the middle two.
 *
 * @throws RangeError where there are no samples.
 */
export const median = (samples: ReadonlyArray<number>): number => {
  const sorted = Float64Array.from(samples).sort();
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('There is no median of no samples.');
  // Not their sum halved: that of large numbers is infinite.
  return lower === upper ? upper : lower / 2 + upper / 2;
};
