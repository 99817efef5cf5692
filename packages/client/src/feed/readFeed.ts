import { isAfter, type Position } from '@account-data/domain';
import { getFeed } from '@account-data/service-api';
import { ClientError, isPassing, unexpectedAnswer } from '../ClientError.js';
import type { OpenAnswer, Transport } from '../http/Transport.js';
import { pause } from '../http/retry.js';
import type { CallOptions } from '../options.js';
import { defined } from '../reads.js';
import type { FeedFilter, FeedItem } from './FeedEvent.js';
import { readFeedId, readFrame } from './readFrame.js';
import { readStream } from './readStream.js';

/** Where a feed begins and what it tells. @category model */
export interface FeedOptions extends FeedFilter, CallOptions {
  /** Exclusive: an id of this feed, or a position token; `start`; or `now`, the default. */
  readonly after?: string;
  /** Milliseconds without an event after which the server says how far it is. Default 15,000. */
  readonly heartbeat?: number;
  /** Ends when everything was given that was there when it was asked for, instead of going on. Default false. */
  readonly toEnd?: boolean;
  /** Told of each break of the connection, before it is made anew. */
  readonly onDisconnect?: (error: ClientError, attempt: number) => void;
}

/** The longest there is, in milliseconds: the server says how far the feed is at its end, and hardly before. */
const longestHeartbeat = 600_000;

/** What may be late about a heartbeat before the connection counts as dead, in milliseconds. */
const grace = 10_000;

/**
 * Changes in the order of the log, from a place on and then as they happen, without gap or duplicate: when the connection
 * breaks it is made anew, for as long as it takes, and goes on after the last item that was given. Ends when the signal is
 * aborted.
 *
 * @throws ClientError what does not pass by itself: a refused token, another log, an answer that can't be read
 */
export async function* readFeed(transport: Transport, given: FeedOptions): AsyncGenerator<FeedItem, void, void> {
  const { runtime, retries } = transport;
  const signal = given.signal ?? transport.signal;
  const options: FeedOptions = { ...given, ...defined({ signal }), ...(given.toEnd === true ? { heartbeat: longestHeartbeat } : {}) };
  const heartbeat = options.heartbeat ?? 15_000;
  let place: Place = { id: undefined, position: undefined };
  let failures = 0;
  let firstDelay = retries.firstDelay;
  while (options.signal?.aborted !== true) {
    let failure: ClientError;
    try {
      const answer = await connect(transport, options, place.id);
      try {
        if (place.id === undefined) place = { ...place, id: beginning(options.after, answer) };
        const frames = readStream(answer, heartbeat + grace, (milliseconds) => {
          firstDelay = milliseconds;
        });
        for await (const frame of frames) {
          const item = readFrame(frame);
          failures = 0;
          const isChange = item._tag !== 'Progress' && item._tag !== 'PositionLost';
          if (isChange && place.position !== undefined && !isAfter(item.position, place.position)) continue;
          place = { id: item.id, position: item.position };
          yield item;
          if (options.toEnd === true && frame.event === 'progress') return;
        }
        failure = new ClientError({ _tag: 'NetworkFailure', code: 'network_failure', message: 'The server ended the feed.' });
      } finally {
        answer.close();
      }
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error._tag === 'Aborted') return;
      if (!isPassing(error)) throw error;
      failure = error;
    }
    failures += 1;
    options.onDisconnect?.(failure, failures);
    const backoff = Math.min(retries.maxDelay, firstDelay * 2 ** Math.min(failures - 1, 30));
    const delay = Math.max(failure.retryAfter ?? 0, 0) + backoff * (0.5 + runtime.random.number() / 2);
    try {
      await pause(runtime, delay, options.signal);
    } catch {
      return;
    }
  }
}

interface Place {
  /** Undefined before the first answer. */
  readonly id: string | undefined;
  readonly position: Position | undefined;
}

const connect = async (transport: Transport, options: FeedOptions, id: string | undefined): Promise<OpenAnswer> => {
  const query = defined({
    after: options.after,
    userId: options.userId,
    roomId: options.roomId,
    type: options.type,
    tags: options.tags,
    heartbeat: options.heartbeat,
  });
  const answer = await transport.open({
    ...transport.wire(getFeed, {}, query),
    headers: { Accept: 'text/event-stream', ...(id === undefined ? {} : { 'Last-Event-ID': id }) },
    signal: options.signal,
  });
  if (answer.response.headers.get('content-type')?.startsWith('text/event-stream') === true) return answer;
  answer.close();
  throw unexpectedAnswer('The answer is no event stream.', answer.response.status);
};

/**
 * Where to go on when the connection breaks before the first item. A feed from `now` began at or after the position that
 * the answer names, so that nothing is missed after it.
 */
const beginning = (after: string | undefined, { response }: OpenAnswer): string | undefined => {
  if (after !== undefined && after !== 'now') return after === 'start' || readFeedId(after) === undefined ? undefined : after;
  return response.headers.get('account-data-position') ?? undefined;
};
