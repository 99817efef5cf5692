import { type FeedPart, feedPartOf } from '@account-data/domain';
import { Position } from '@account-data/event-store';
import type { FeedEvent, FeedFilter, FeedItem } from './FeedEvent.js';
import type { LogPlaces } from '../log/logPlaces.js';
import type { FeedOptions } from './readFeed.js';

/** What a consumer of the feed (see the package `consumer`) reads from: this engine. @category interpreters */
export const feedSource = (
  engine: {
    readonly logId: string;
    readonly epochAt: LogPlaces['epochAt'];
    readonly feed: (options: FeedOptions) => AsyncIterable<FeedItem>;
  },
  filter: FeedFilter = {},
): {
  readonly logId: () => Promise<string>;
  readonly head: () => Promise<string | null>;
  readonly read: (after: string | null, signal: AbortSignal, epoch?: string) => AsyncIterable<FeedPart<FeedEvent>>;
} => ({
  logId: () => Promise.resolve(engine.logId),
  head: async () => {
    for await (const { position } of engine.feed({ after: 'now', filter, toEnd: true })) return position;
    return null;
  },
  async *read(after, signal, epoch) {
    const place = after === null ? 'start' : Position(after);
    for await (const item of engine.feed({ after: place, filter, signal, ...(epoch === undefined ? {} : { epoch }) })) {
      yield feedPartOf(item, engine.epochAt(item.position));
    }
  },
});
