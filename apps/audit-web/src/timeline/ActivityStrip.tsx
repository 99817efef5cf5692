import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { useSession } from '../session/Session.js';
import { counted } from '../text/amounts.js';
import { exactTime } from '../text/times.js';
import { type Brush, brushed, changesIn, timesOf, withKey } from './brush.js';
import type { TimelineFilter } from './TimelineFilter.js';

interface Props {
  readonly userId: string;
  readonly filter: TimelineFilter;
  readonly address: Address;
}

const parts = 120;

/**
 * When how much was changed. A part of it that is drawn over becomes what the timeline is narrowed to; by keyboard the arrow keys
 * choose one, with Shift a longer one, and Enter narrows to it.
 */
export const ActivityStrip = ({ userId, filter: { show, since, until }, address }: Props): ReactNode => {
  const { client } = useSession();
  const [brush, setBrush] = useState<Brush>();
  const { data } = useQuery({
    queryKey: ['activity', userId, show, since, until],
    queryFn: async ({ signal }) =>
      (await client.activity(userId, { of: show, parts, signal, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) })) ?? null,
    placeholderData: keepPreviousData,
  });
  if (data === undefined || data === null) return null;
  const most = Math.max(1, ...data.counts);
  const all = data.counts.reduce((sum, count) => sum + count, 0);
  const partAt = ({ currentTarget, clientX }: PointerEvent<SVGSVGElement>): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return Math.min(parts - 1, Math.max(0, Math.floor(((clientX - left) / width) * parts)));
  };
  const narrowTo = (): void => {
    if (brush === undefined) return;
    setBrush(undefined);
    goTo(linkWith(address, { ...brushed(data, brush), change: undefined }));
  };
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') narrowTo();
    else if (event.key === 'Escape' && brush !== undefined) {
      // It leaves this, and not the change that is open.
      event.nativeEvent.stopPropagation();
      setBrush(undefined);
    } else {
      const next = withKey(brush, event.key, event.shiftKey, parts);
      if (next === undefined) return;
      setBrush(next);
    }
    event.preventDefault();
  };
  const chosen = brush === undefined ? undefined : `${counted(changesIn(data, brush), 'change')} from ${timesOf(data, brush).map(exactTime).join(' to ')}`;
  return (
    <figure className="activity">
      <svg
        viewBox={`0 0 ${String(parts)} 24`}
        preserveAspectRatio="none"
        role="slider"
        tabIndex={0}
        aria-label={`${counted(all, 'change')} from ${exactTime(data.since)} to ${exactTime(data.until)}, at most ${String(most)} in one of ${String(parts)} equal parts of it`}
        aria-valuemin={1}
        aria-valuemax={parts}
        aria-valuenow={(brush?.[1] ?? 0) + 1}
        aria-valuetext={chosen ?? 'No part is chosen'}
        aria-keyshortcuts="ArrowLeft ArrowRight Shift+ArrowLeft Shift+ArrowRight Home End Enter Escape"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); const part = partAt(event); setBrush([part, part]); }}
        onPointerMove={(event) => { if (brush !== undefined && event.buttons !== 0) setBrush([brush[0], partAt(event)]); }}
        onPointerUp={narrowTo}
        onPointerCancel={() => { setBrush(undefined); }}
      >
        {brush === undefined ? null : <rect className="brush" x={Math.min(...brush)} y={0} width={Math.abs(brush[1] - brush[0]) + 1} height={24} />}
        {data.counts.map((count, part) => {
          if (count === 0) return null;
          // What is rare is seen, too.
          const height = Math.max(2, (Math.sqrt(count) / Math.sqrt(most)) * 22);
          return <rect key={part} x={part + 0.1} y={24 - height} width={0.8} height={height} />;
        })}
      </svg>
      <figcaption>
        <span>{exactTime(data.since)}</span>
        <span>{chosen ?? `${counted(all, 'change')} of any ${show === 'tags' ? 'tag' : 'type'}; draw over a part, or choose it by the arrow keys and Enter, to look closer`}</span>
        <span>{exactTime(data.until)}</span>
      </figcaption>
    </figure>
  );
};
