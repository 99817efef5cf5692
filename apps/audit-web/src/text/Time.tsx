import type { ReactNode } from 'react';
import { exactTime, relativeTime, utcTime } from './times.js';

/** When: how long ago, with the exact time beside or (in UTC) behind it. */
export const Time = ({ time, now, long = false }: { readonly time: number; readonly now: number; readonly long?: boolean }): ReactNode => (
  <time dateTime={utcTime(time)} title={utcTime(time)}>
    {long ? `${exactTime(time)} · ${relativeTime(time, now)}` : exactTime(time)}
  </time>
);
