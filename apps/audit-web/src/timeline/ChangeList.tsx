import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { narrow, useMedia } from '../layout/useMedia.js';
import { useNow } from '../text/useNow.js';
import { ChangeRow } from './ChangeRow.js';
import type { Entry } from './Entry.js';

interface Props {
  readonly entries: ReadonlyArray<Entry>;
  readonly linkOf: (entry: Entry) => string;
  readonly isCurrent: (entry: Entry) => boolean;
  /** Whether there are more than these; `onMore` is called as the end comes into sight. */
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly withUser: boolean;
  readonly label: string;
}

/** Rows before the end at which more are asked for. */
const ahead = 40;

/**
 * A long list of which only what is in sight is in the document. Tab goes from row to row; the arrow keys, Page Up and Down,
 * Home and End move within it.
 */
export const ChangeList = ({ entries, linkOf, isCurrent, hasMore, onMore, withUser, label }: Props): ReactNode => {
  const place = useRef<HTMLDivElement>(null);
  const isNarrow = useMedia(narrow);
  const now = useNow();
  const size = isNarrow ? 84 : 60;
  const virtual = useVirtualizer({ count: entries.length, getScrollElement: () => place.current, estimateSize: () => size, overscan: 12 });
  const { measure } = virtual;
  useEffect(() => { measure(); }, [size, measure]);
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= entries.length - ahead) onMore();
  }, [hasMore, last, entries.length, onMore]);

  // What comes in above leaves what is looked at where it is.
  const first = useRef(entries[0]?.eventId);
  useLayoutEffect(() => {
    const before = first.current;
    first.current = entries[0]?.eventId;
    const list = place.current;
    if (list === null || list.scrollTop === 0 || before === first.current) return;
    const added = entries.findIndex(({ eventId }) => eventId === before);
    if (added > 0) list.scrollTop += added * size;
  }, [entries, size]);

  // Whoever closes a change is where they were before they opened it.
  const currentIndex = useMemo(() => entries.findIndex(isCurrent), [entries, isCurrent]);
  const before = useRef(currentIndex);
  const { scrollToIndex } = virtual;
  useEffect(() => {
    const closed = before.current;
    before.current = currentIndex;
    if (currentIndex < 0 && closed >= 0) focusRow(closed);
  });
  const focusRow = (index: number): void => {
    scrollToIndex(index);
    const row = (): HTMLElement | null | undefined => place.current?.querySelector<HTMLElement>(`[data-index="${String(index)}"] a`);
    const there = row();
    // One that is far off is in the document once the list has been rendered there.
    if (there === null || there === undefined) requestAnimationFrame(() => requestAnimationFrame(() => row()?.focus()));
    else there.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const row = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-index]') : null;
    if (row === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const index = Number(row.dataset['index']);
    const page = Math.max(1, Math.floor((place.current?.clientHeight ?? size) / size) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (step === undefined) return;
    event.preventDefault();
    focusRow(Math.min(entries.length - 1, Math.max(0, index + step)));
  };

  return (
    <div className="change-list" ref={place} onKeyDown={onKeyDown}>
      <ol aria-label={label} style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          return (
            <li
              key={entry.eventId}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={hasMore ? -1 : entries.length}
              style={{ height: size, transform: `translateY(${String(start)}px)` }}
            >
              <ChangeRow entry={entry} link={linkOf(entry)} current={isCurrent(entry)} now={now} withUser={withUser} />
            </li>
          );
        })}
      </ol>
    </div>
  );
};
