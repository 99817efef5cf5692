import type { ReactNode } from 'react';
import { count, duration, rate } from '../text/amounts.js';

interface Props {
  readonly label: string;
  /** 0 to 1; undefined where nobody knows. */
  readonly fraction: number | undefined;
  readonly children: ReactNode;
}

/** How far something is, as a bar and in words. */
export const ProgressBar = ({ label, fraction, children }: Props): ReactNode => (
  <div className="running">
    <progress aria-label={label} max={1} {...(fraction === undefined ? {} : { value: fraction })} />
    <p className="small">{label}{fraction === undefined ? '' : `: ${count(Math.floor(fraction * 100))} %`} <span className="quiet">{children}</span></p>
  </div>
);

interface LogProgress {
  readonly events: number;
  readonly rate: number;
  readonly fraction: number;
  readonly remaining?: number | undefined;
}

/** How far something is that reads the log. */
export const LogProgressBar = ({ label, of, isCounting }: { readonly label: string; readonly of: LogProgress; readonly isCounting: boolean }): ReactNode => (
  <ProgressBar label={label} fraction={isCounting ? of.fraction : undefined}>
    {count(of.events)} events{isCounting ? `, ${rate(of.rate)}` : ''}{isCounting && of.remaining !== undefined ? `, about ${duration(of.remaining)} left` : ''}
  </ProgressBar>
);
