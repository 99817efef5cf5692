import type { AccountDataClient, ReadOptions } from '@account-data/client';
import type { Entry } from './Entry.js';
import type { TimelineFilter } from './TimelineFilter.js';

/** A part of the changes that match. `next` is the cursor of the next part. @category model */
export interface TimelinePage {
  readonly entries: ReadonlyArray<Entry>;
  readonly next?: string;
}

/** Reads a page of a user's changes, or (undefined) of everybody's. */
export const readPage = (client: AccountDataClient, userId: string | undefined, filter: TimelineFilter, cursor: string | undefined, options: Pick<ReadOptions, 'signal' | 'access'>): Promise<TimelinePage> => {
  const { show, type, tag, roomId, since, until, by, oldestFirst } = filter;
  const window = {
    ...options,
    // The first page is what somebody waits for.
    limit: cursor === undefined ? 100 : 500,
    direction: oldestFirst ? ('forwards' as const) : ('backwards' as const),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(by === undefined ? {} : { by }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const ofType = type === undefined ? {} : { type };
  if (userId === undefined) return client.logHistory({ ...window, ...ofType });
  if (show === 'account_data') return client.history(userId, { ...window, ...ofType, ...(roomId === undefined ? {} : { roomId }) });
  return client.tagHistory(userId, { ...window, ...(tag === undefined ? {} : { tag }), ...(typeof roomId === 'string' ? { roomId } : {}) });
};

/** All changes that match, page by page, to be saved: the access log has it as an export. */
export async function* exportPages(client: AccountDataClient, userId: string | undefined, filter: TimelineFilter, signal: AbortSignal): AsyncGenerator<ReadonlyArray<Entry>, void, void> {
  let cursor: string | undefined;
  do {
    const page = await readPage(client, userId, filter, cursor, { signal, access: 'export' });
    yield page.entries;
    cursor = page.next;
  } while (cursor !== undefined);
}
