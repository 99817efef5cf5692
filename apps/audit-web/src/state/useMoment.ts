import type { Entry, RoomTags } from '@account-data/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSession } from '../session/Session.js';
import { asRevision } from './asRevision.js';

/** What a user had as of a revision. @category model */
export interface Moment {
  /** When the revision was recorded. */
  readonly time: number | undefined;
  readonly entries: ReadonlyArray<Entry> | undefined;
  readonly tags: ReadonlyArray<RoomTags> | undefined;
  readonly error: Error | null;
}

/** Reads the whole state as of a revision: account data, and the room tags as they were when it was recorded. */
export const useMoment = (userId: string, at: number | undefined): Moment => {
  const { client } = useSession();
  const { data, error } = useQuery({
    queryKey: ['moment', userId, at],
    queryFn: async ({ signal }) => {
      const revision = asRevision(at ?? 0);
      const { entries: changes } = await client.history(userId, { from: revision, limit: 1, signal });
      const time = changes[0]?.time;
      const entries: Array<Entry> = [];
      for await (const entry of client.entries(userId, { atRevision: revision, limit: 1_000, signal })) entries.push(entry);
      const tags = await client.tags(userId, { ...(time === undefined ? {} : { atTime: time }), signal });
      return { time, entries, tags };
    },
    enabled: at !== undefined,
    placeholderData: keepPreviousData,
  });
  return { time: data?.time, entries: data?.entries, tags: data?.tags, error };
};
