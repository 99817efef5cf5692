const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * A time as configurations write it, everywhere the same: `500ms`, `30s`, `2.5s`, `5m`, `1h`. A number without a unit is
 * none, for it would be seconds to one and milliseconds to another; but settings that took one go on taking it.
 *
 * @param ofNumber what a number without a unit counts, in milliseconds; absent: there is none
 * @returns milliseconds, or undefined where the text is no time
 * @category constructors
 */
export const durationOf = (text: unknown, ofNumber?: number): number | undefined => {
  if (typeof text === 'number' && ofNumber !== undefined) return Number.isFinite(text) && text >= 0 ? text * ofNumber : undefined;
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text) : null;
  const unit = units[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
};

/** The time of so many milliseconds as {@link durationOf} reads it. @category destructors */
export const durationText = (milliseconds: number): string => {
  const [unit, size] = Object.entries(units).findLast(([, length]) => milliseconds >= length && milliseconds % length === 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
};
