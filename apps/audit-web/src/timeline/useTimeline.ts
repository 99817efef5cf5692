import type { AccountDataClient } from '@account-data/client';
import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useSession } from '../session/Session.js';
import type { Entry } from './Entry.js';
import type { TimelineFilter } from './TimelineFilter.js';

interface TimelinePage {
  readonly entries: ReadonlyArray<Entry>;
  readonly next?: string;
}

/** A page of a user's changes, or (undefined) of everybody's. */
const readPage = (client: AccountDataClient, userId: string | undefined, filter: TimelineFilter, cursor: string | undefined, signal: AbortSignal): Promise<TimelinePage> => {
  const { show, type, tag, roomId, since, until, oldestFirst } = filter;
  const window = {
    signal,
    // The first page is what somebody waits for.
    limit: cursor === undefined ? 100 : 500,
    direction: oldestFirst ? ('forwards' as const) : ('backwards' as const),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const ofType = type === undefined ? {} : { type };
  if (userId === undefined) return client.logHistory({ ...window, ...ofType });
  if (show === 'account_data') return client.history(userId, { ...window, ...ofType, ...(roomId === undefined ? {} : { roomId }) });
  return client.tagHistory(userId, { ...window, ...(tag === undefined ? {} : { tag }), ...(typeof roomId === 'string' ? { roomId } : {}) });
};

/** The changes that match, page by page as they are asked for. */
export const useTimeline = (userId: string | undefined, filter: TimelineFilter): UseInfiniteQueryResult<ReadonlyArray<Entry>> => {
  const { client } = useSession();
  return useInfiniteQuery({
    queryKey: ['timeline', userId ?? null, filter],
    queryFn: ({ pageParam, signal }) => readPage(client, userId, filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ entries }) => entries),
  });
};
