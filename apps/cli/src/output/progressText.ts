/** How far something is. @category model */
export interface Progress {
  readonly count: number;
  /** What is counted, as `events`. */
  readonly unit: string;
  /** A second. */
  readonly rate: number;
  /** Of all there is, from 0 to 1; absent where that is not known. */
  readonly fraction?: number;
  /** Milliseconds that are left; absent where that is not known. */
  readonly remaining?: number;
}

const barLength = 20;

/** A whole number with commas: `1,234`. @category destructors */
export const numberText = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1:02:03`, or `2:03`. */
const durationText = (milliseconds: number): string => {
  const seconds = Math.ceil(milliseconds / 1_000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const pad = (part: number): string => String(part).padStart(2, '0');
  return hours > 0 ? `${String(hours)}:${pad(minutes)}:${pad(rest)}` : `${String(minutes)}:${pad(rest)}`;
};

const barText = (fraction: number): string => {
  const full = Math.floor(Math.min(1, Math.max(0, fraction)) * barLength);
  return `[${'#'.repeat(full)}${'.'.repeat(barLength - full)}] ${String(Math.floor(fraction * 100)).padStart(3)} %  `;
};

/** How far something is that goes in steps of which nobody knows how long each takes. @category model */
export interface Steps {
  /** Milliseconds since it began. */
  readonly elapsed: number;
  /** Absent where it is not known which step runs. */
  readonly at?: {
    readonly step: string;
    readonly stepsDone: number;
    readonly steps: number;
    readonly removed?: number;
    readonly toRemove?: number;
  };
}

/** `Erasing  [####................]  20 %  0:12, 1 of 5 steps, rooms 3 of 8`, no wider than `columns`. @category destructors */
export const stepsText = (label: string, { elapsed, at }: Steps, columns: number): string => {
  if (at === undefined) return `${label}  ${durationText(elapsed)}`.slice(0, columns);
  const { step, stepsDone, steps, removed, toRemove } = at;
  const inStep = removed === undefined || toRemove === undefined ? '' : ` ${numberText(removed)} of ${numberText(toRemove)}`;
  const told = `${String(stepsDone)} of ${String(steps)} steps, ${step}${inStep}`;
  return `${label}  ${barText(stepsDone / Math.max(1, steps))}${durationText(elapsed)}, ${told}`.slice(0, columns);
};

/** A line no wider than `columns`: what is done, a bar where the end is known, the rate and the time left. @category destructors */
export const progressText = (label: string, { count, unit, rate, fraction, remaining }: Progress, columns: number): string =>
  `${label}  ${fraction === undefined ? '' : barText(fraction)}${numberText(count)} ${unit}, ${numberText(rate)}/s${remaining === undefined ? '' : `, ${durationText(remaining)} left`}`.slice(0, columns);
