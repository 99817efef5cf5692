const whole = new Intl.NumberFormat();
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** A count as people read it. */
export const count = (value: number): string => whole.format(value);

/** So many things, in words: `1 change`, `2 changes`. */
export const counted = (value: number, thing: string): string => `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

/** How many a second. */
export const rate = (perSecond: number): string => `${tenths.format(perSecond)} a second`;

/** How long something takes, of milliseconds: `3 s`, `2 min 5 s`. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${count(Math.round(milliseconds))} ms`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60)} s`;
  return `${count(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
};
