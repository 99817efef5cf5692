import { useEffect, useId, useState } from 'react';
import type { ReactNode } from 'react';
import { exactTime } from '../text/times.js';

interface Props {
  readonly label: string;
  readonly value: number;
  /** The last revision there is. */
  readonly last: number;
  /** When that revision was recorded, where it is known. */
  readonly time?: number | undefined;
  readonly onChange: (revision: number) => void;
}

/** A slider over the revisions of a user. It is told on as it stands still for a moment. */
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
      <label htmlFor={id}>{label} <output>{at}</output> of {last}{time === undefined || held !== undefined ? '' : ` · ${exactTime(time)}`}</label>
      <input id={id} type="range" min={0} max={last} value={at} onChange={(event) => { setHeld(Number(event.target.value)); }} />
    </div>
  );
};
