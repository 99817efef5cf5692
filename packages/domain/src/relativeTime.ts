const units = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/**
 * How long ago a time was, in its largest whole unit, in the language and form of the format: `3 days ago`. Both times in
 * milliseconds since the Unix epoch.
 */
export const relativeTime = (time: number, now: number, format: Intl.RelativeTimeFormat): string => {
  const [unit, length] = units.find(([, size]) => Math.abs(time - now) >= size) ?? ['second', 1_000];
  return format.format(Math.trunc((time - now) / length), unit);
};
