import { Position } from '@account-data/event-store';
import type { FeedEvent, FeedFilter, FeedItem } from './FeedEvent.js';
import type { FeedOptions } from './readFeed.js';

/** What a consumer of the feed (see the package `consumer`) reads from: this engine. @category interpreters */
export const feedSource = (
  engine: { readonly logId: string; readonly feed: (options: FeedOptions) => AsyncIterable<FeedItem> },
  filter: FeedFilter = {},
): {
  readonly logId: () => Promise<string>;
  readonly read: (
    after: string | null,
    signal: AbortSignal,
  ) => AsyncIterable<{ readonly position: string; readonly item?: FeedEvent }>;
} => ({
  logId: () => Promise.resolve(engine.logId),
  read: (after, signal) =>
    parts(engine.feed({ after: after === null ? 'start' : Position(after), filter, signal })),
});

async function* parts(
  feed: AsyncIterable<FeedItem>,
): AsyncGenerator<{ readonly position: string; readonly item?: FeedEvent }, void, void> {
  for await (const item of feed) {
    const position = item.position;
    yield item._tag === 'Progress' ? { position } : { position, item };
  }
}
