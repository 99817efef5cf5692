import type { EventStore, ReadError, RecordedEvent, Revision, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { streamPages } from '../views/foldStream.js';

/**
 * The first or the last of what `find` gives for the events of a stream, which it is shown in order, and where to ask
 * again. Only a page of the stream and what is answered are in memory at a time.
 */
export const pageOfStream = async <A extends { readonly revision: Revision }>(
  store: EventStore,
  stream: StreamName,
  { direction, limit }: { readonly direction: 'forwards' | 'backwards'; readonly limit: number },
  find: (event: RecordedEvent) => A | undefined,
): Promise<E.Either<ReadError, { readonly entries: ReadonlyArray<A>; readonly next?: Revision }>> => {
  let found: Array<A> = [];
  for await (const page of streamPages(store, stream)) {
    if (E.isLeft(page)) return page;
    if (page.right === 'tombstoned') return E.right({ entries: [] });
    for (const event of page.right) {
      const entry = find(event);
      if (entry !== undefined) found.push(entry);
    }
    // One more than is asked for tells where to go on.
    if (direction === 'backwards') found = found.slice(-limit - 1);
    else if (found.length > limit) break;
  }
  if (direction === 'backwards') found.reverse();
  const entries = found.slice(0, limit);
  const next = found[limit]?.revision;
  return E.right(next === undefined ? { entries } : { entries, next });
};
