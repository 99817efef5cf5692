import { useEffect, useId, useState } from 'react';
import type { ReactNode } from 'react';
import { exactTime } from '../text/times.js';

interface Props {
  readonly label: string;
  readonly value: number;
  /** The last moment there is. */
  readonly last: number;
  /** When that change was recorded, where it is known. */
  readonly time?: number | undefined;
  readonly onChange: (moment: number) => void;
}

/** A slider over the changes of a user, which people count from 1. It is told on as it stands still for a moment. */
export const MomentSlider = ({ label, value, last, time, onChange }: Props): ReactNode => {
  const id = useId();
  const [held, setHeld] = useState<number>();
  useEffect(() => {
    if (held === undefined) return undefined;
    const timer = window.setTimeout(() => { setHeld(undefined); if (held !== value) onChange(held); }, 150);
    return () => { window.clearTimeout(timer); };
  }, [held, value, onChange]);
  const at = held ?? value;
  return (
    <div className="moment">
      <label htmlFor={id}>{label} <output>{at + 1}</output> of {last + 1}{time === undefined || held !== undefined ? '' : ` · ${exactTime(time)}`}</label>
      <input id={id} type="range" min={0} max={last} value={at} aria-valuetext={`${String(at + 1)} of ${String(last + 1)}`} onChange={(event) => { setHeld(Number(event.target.value)); }} />
    </div>
  );
};
