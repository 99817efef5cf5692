import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useSession } from '../session/Session.js';
import type { Entry } from './Entry.js';
import { readPage } from './readPage.js';
import type { TimelineFilter } from './TimelineFilter.js';

/** Where the pages of a timeline are kept. */
export const timelineKey = (userId: string | undefined, filter: TimelineFilter): ReadonlyArray<unknown> => ['timeline', userId ?? null, filter];

/** The changes that match, page by page as they are asked for. */
export const useTimeline = (userId: string | undefined, filter: TimelineFilter): UseInfiniteQueryResult<ReadonlyArray<Entry>> => {
  const { client } = useSession();
  return useInfiniteQuery({
    queryKey: timelineKey(userId, filter),
    queryFn: ({ pageParam, signal }) => readPage(client, userId, filter, pageParam, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ entries }) => entries),
  });
};
