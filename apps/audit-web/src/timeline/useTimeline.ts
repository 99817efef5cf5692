import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useSession } from '../session/Session.js';
import type { Entry } from './Entry.js';
import { type TimelinePage, readPage } from './readPage.js';
import type { TimelineFilter } from './TimelineFilter.js';

/** Where the pages of a timeline are kept. */
export const timelineKey = (userId: string | undefined, filter: TimelineFilter): ReadonlyArray<unknown> => ['timeline', userId ?? null, filter];

/** The same function at each rendering, so that nothing is put together again that did not change. */
const entriesOf = ({ pages }: InfiniteData<TimelinePage>): ReadonlyArray<Entry> => pages.flatMap(({ entries }) => entries);

/** The changes that match, page by page as they are asked for. */
export const useTimeline = (userId: string | undefined, filter: TimelineFilter): UseInfiniteQueryResult<ReadonlyArray<Entry>> => {
  const { client } = useSession();
  return useInfiniteQuery({
    queryKey: timelineKey(userId, filter),
    queryFn: ({ pageParam, signal }) => readPage(client, userId, filter, pageParam, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    // A change never becomes another: to compare all that was read with each page that comes is work for nothing.
    structuralSharing: false,
    // Whoever comes back begins at the top: kept, all pages that were read would be read again, one after the other.
    gcTime: 0,
    select: entriesOf,
  });
};
