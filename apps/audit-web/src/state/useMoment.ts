import type { Entry, Position, RoomTags } from '@account-data/client';
import { type UseQueryResult, keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSession } from '../session/Session.js';
import { type Moments, changeAt, placeOfMoment } from './moments.js';

/** What a user had after a change: account data and room tags. @category model */
export interface Moment {
  readonly position: Position;
  /** When the change was recorded. */
  readonly time: number;
  readonly entries: ReadonlyArray<Entry>;
  readonly tags: ReadonlyArray<RoomTags>;
}

/** Reads the whole state as of a moment; null where it is gone meanwhile. */
export const useMoment = (userId: string, moments: Moments | undefined, at: number | undefined): UseQueryResult<Moment | null> => {
  const { client } = useSession();
  return useQuery({
    queryKey: ['moment', userId, at],
    queryFn: async ({ signal }) => {
      const place = moments === undefined || at === undefined ? undefined : await placeOfMoment(moments, at, changeAt(client, userId, signal));
      if (place === undefined) return null;
      const { position, time } = place;
      const entries: Array<Entry> = [];
      for await (const entry of client.entries(userId, { atPosition: position, limit: 1_000, signal })) entries.push(entry);
      return { position, time, entries, tags: await client.tags(userId, { atPosition: position, signal }) };
    },
    enabled: moments !== undefined && at !== undefined,
    placeholderData: keepPreviousData,
  });
};
