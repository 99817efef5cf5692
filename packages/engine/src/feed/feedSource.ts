import { Position } from '@account-data/event-store';
import type { FeedEvent, FeedFilter, FeedItem } from './FeedEvent.js';
import type { LogPlaces } from '../log/logPlaces.js';
import type { FeedOptions } from './readFeed.js';

interface Part {
  readonly position: string;
  readonly epoch?: string;
  readonly lost?: string;
  readonly item?: FeedEvent;
}

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
  readonly read: (
    after: string | null,
    signal: AbortSignal,
    epoch?: string,
  ) => AsyncIterable<Part>;
} => ({
  logId: () => Promise.resolve(engine.logId),
  read: (after, signal, epoch) =>
    parts(
      engine.feed({
        after: after === null ? 'start' : Position(after),
        filter,
        signal,
        ...(epoch === undefined ? {} : { epoch }),
      }),
      engine.epochAt,
    ),
});

async function* parts(
  feed: AsyncIterable<FeedItem>,
  epochAt: LogPlaces['epochAt'],
): AsyncGenerator<Part, void, void> {
  for await (const item of feed) {
    const position = item.position;
    const tag = epochAt(item.position);
    const epoch = tag === undefined ? {} : { epoch: tag };
    switch (item._tag) {
      case 'Progress':
        yield { position, ...epoch };
        break;
      case 'PositionLost':
        yield { position, ...epoch, lost: item.lost };
        break;
      case 'AccountDataUpdated':
      case 'RoomTagSet':
      case 'RoomTagRemoved':
      case 'UserErased':
        yield { position, ...epoch, item };
    }
  }
}
