import type { FeedFilter, FeedItem } from '@account-data/engine';
import type { ReadFrom } from '@account-data/event-store';
import { type FeedEventName, type JsonRecord, encodeFeedEvent, feedEvents, getFeed } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { writeItems } from '../../http/answerInParts.js';
import { logToken, parseLogToken, type TokenLog } from '../../http/LogToken.js';
import { answerEnds } from '../answerEnds.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint, Outcome } from '../Endpoint.js';
import { problem } from '../Problem.js';
import type { Problem } from '../Problem.js';

/** GET /v1/feed: the changes of the log as server-sent events. */

type FeedQuery = t.TypeOf<typeof getFeed.query>;

/** Where to begin: after `Last-Event-ID`, after `after`, or at what comes from now on. */
const startOf = (logId: string, lastEventId: string | undefined, after: string | undefined): E.Either<Problem, { readonly position: ReadFrom | 'now'; readonly epoch?: string | undefined }> => {
  const id = lastEventId !== undefined && lastEventId !== '' ? lastEventId : after;
  if (id === undefined || id === 'now') return E.right({ position: 'now' });
  if (id === 'start') return E.right({ position: 'start' });
  const parsed = parseLogToken(id, logId);
  if (E.isRight(parsed)) return parsed;
  return E.left(
    parsed.left === 'other_log'
      ? problem('other_log', 'The feed id belongs to another log.')
      : problem('invalid_request', 'after and Last-Event-ID must be an id of this feed; after may be start or now, too.'),
  );
};

const filterOf = ({ userId, roomId, type, tags }: FeedQuery): FeedFilter => ({
  ...(userId === undefined ? {} : { userId }),
  ...(roomId === undefined ? {} : { roomId }),
  ...(type === undefined ? {} : { type }),
  ...(tags === undefined ? {} : { tags }),
});

/** The lines `event` and `data`. */
const named = (name: FeedEventName, data: JsonRecord): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n`;

/** One server-sent event. Heartbeats carry an id too, so that a reader of little never reads much again. */
export const sseFrame = (item: FeedItem, log: TokenLog): string => `id: ${logToken(item.position, log)}\n${linesOf(item)}\n`;

const linesOf = (item: FeedItem): string => {
  switch (item._tag) {
    case 'Progress':
      return 'event: progress\ndata: {}\n';
    case 'PositionLost':
      return named('position_lost', feedEvents.position_lost.encode({ lost: item.lost, shared: item.position }));
    case 'AccountDataUpdated':
    case 'RoomTagSet':
    case 'RoomTagRemoved':
    case 'UserErased': {
      const { name, data } = encodeFeedEvent(item);
      return named(name, data);
    }
  }
};

const streamHeaders: ReadonlyArray<string> = [
  'Content-Type',
  'text/event-stream; charset=utf-8',
  'X-Accel-Buffering',
  'no',
];

const stream = async (call: Call<unknown, FeedQuery, undefined>): Promise<Outcome> => {
  const { context, exchange, query, principal } = call;
  const { engine, responder, streams } = context;
  const lastEventId = exchange.request.headers['last-event-id'];
  const after = startOf(engine.logId, typeof lastEventId === 'string' ? lastEventId : undefined, query.after);
  if (E.isLeft(after)) return after;
  const { position, epoch } = after.right;
  if (exchange.request.method === 'HEAD') {
    responder.empty(exchange, 200, streamHeaders);
    return E.right('streamed');
  }
  const free = streams.take(principal.id);
  if (typeof free === 'string') {
    context.refused('event_streams');
    return E.left(free === 'all' ? problem('overloaded', 'Too many streams are open on this server.') : problem('too_many_streams'));
  }
  const { signal, release } = answerEnds(call);
  const response = responder.stream(exchange, 200, streamHeaders);
  const open = context.answers.open(response);
  try {
    const heartbeat = query.heartbeat === undefined ? {} : { heartbeat: query.heartbeat };
    const items = engine.feed({ after: position, ...(epoch === undefined ? {} : { epoch }), filter: filterOf(query), signal, ...heartbeat });
    await writeItems(items, open, { turns: context.turns, signal }, (item) => ({
      text: sseFrame(item, engine),
      userId: item._tag === 'Progress' || item._tag === 'PositionLost' || item._tag === 'UserErased' ? undefined : item.userId,
    }));
  } finally {
    free();
    release();
    open.end();
  }
  return E.right('streamed');
};

/** The change feed. @category endpoints */
export const feedEndpoint: Endpoint = endpoint({
  ...getFeed,
  summary: 'The changes of the log as server-sent events, from any position on',
  description:
    'Begins after `Last-Event-ID`, else after `after` (an id of this feed, `start` or `now`; default `now`). Events are `account_data_updated`, ' +
    '`user_erased` and, with `tags=true`, `room_tag_set` and `room_tag_removed`; `progress` says how far the feed is after `heartbeat` milliseconds ' +
    '(default 15,000) without one. `position_lost` comes first where the id is of a history that the log lost (an older copy of it took its place): what was ' +
    'read after `shared` is not in the log any more, and the feed goes on from there.  Each has an id to go on after, without gap or duplicate.',
  need: 'feed',
  headers: [{ name: 'Last-Event-ID', description: 'The id of the last event that was handled.' }],
  answers: [{ status: 200, description: 'A stream of events that ends when the server stops', contentType: 'text/event-stream' }],
  problems: ['too_many_streams'],
  userOf: ({ query }) => query.userId,
  handle: stream,
});
