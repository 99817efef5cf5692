import { type AccountDataClient, type FeedOptions, isAfter } from '@account-data/client';
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSession } from '../session/Session.js';
import { readPage, type TimelinePage } from './readPage.js';
import type { TimelineFilter } from './TimelineFilter.js';
import { timelineKey } from './useTimeline.js';

/** How the view hears of what is changed while it is open. @category model */
export type Liveness = 'live' | 'still' | 'cut off';

/** Milliseconds in which what comes is read together. */
const together = 300;

/**
 * Puts new changes on top of a timeline as the feed tells of them. It stands still where the newest are not on top, and for
 * those who may not read the feed.
 */
export const useLiveTimeline = (userId: string | undefined, filter: TimelineFilter, isRead: boolean): Liveness => {
  const { client, who } = useSession();
  const queries = useQueryClient();
  const [isCutOff, setCutOff] = useState(false);
  const may = who.grants.feed === 'all' || (who.grants.feed === 'own' && userId !== undefined && userId === who.userId);
  const isLive = may && !filter.oldestFirst && filter.until === undefined;
  const key = JSON.stringify(timelineKey(userId, filter));
  useEffect(() => {
    if (!isLive || !isRead) return undefined;
    const ended = new AbortController();
    setCutOff(false);
    follow(client, userId, filter, ended.signal, () => refresh(client, queries, userId, filter, ended.signal)).catch(() => {
      if (!ended.signal.aborted) setCutOff(true);
    });
    return () => { ended.abort(); };
    // The filter is made anew at each rendering; its key is not.
  }, [client, queries, isLive, isRead, key]);
  return !isLive ? 'still' : isCutOff ? 'cut off' : 'live';
};

const follow = async (client: AccountDataClient, userId: string | undefined, filter: TimelineFilter, signal: AbortSignal, onNews: () => Promise<void>): Promise<void> => {
  let timer: number | undefined;
  signal.addEventListener('abort', () => { window.clearTimeout(timer); });
  const news = (): void => {
    timer ??= window.setTimeout(() => {
      timer = undefined;
      // What could not be read now is read with what comes next.
      onNews().catch(() => undefined);
    }, together);
  };
  for await (const { _tag } of client.feed({ ...feedOf(userId, filter), after: 'now', signal, onDisconnect: news })) if (_tag !== 'Progress') news();
};

const feedOf = (userId: string | undefined, { show, type, roomId }: TimelineFilter): FeedOptions => ({
  ...(userId === undefined ? {} : { userId }),
  ...(roomId === undefined ? {} : { roomId }),
  ...(show === 'tags' ? { tags: true } : type === undefined ? {} : { type }),
});

/** Reads the newest page again, and puts on top what is new; reads all again where that is more than a page. */
const refresh = async (client: AccountDataClient, queries: QueryClient, userId: string | undefined, filter: TimelineFilter, signal: AbortSignal): Promise<void> => {
  const queryKey = timelineKey(userId, filter);
  const { entries } = await readPage(client, userId, filter, undefined, { signal });
  const read = queries.getQueryData<InfiniteData<TimelinePage>>(queryKey);
  const newest = read?.pages[0]?.entries[0];
  const fresh = newest === undefined ? entries : entries.filter(({ position }) => isAfter(position, newest.position));
  if (newest === undefined || (fresh.length > 0 && fresh.length === entries.length)) {
    await queries.resetQueries({ queryKey });
    return;
  }
  if (fresh.length === 0) return;
  queries.setQueryData<InfiniteData<TimelinePage>>(queryKey, (data) => {
    const [first, ...rest] = data?.pages ?? [];
    return data === undefined || first === undefined ? data : { ...data, pages: [{ ...first, entries: [...fresh, ...first.entries] }, ...rest] };
  });
  if (userId !== undefined) await queries.invalidateQueries({ queryKey: ['activity', userId] });
};
