import type { UserId } from '@account-data/domain';
import type { ReadFrom } from '@account-data/event-store';
import type { Clock } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Session } from '../../auth/Session.js';
import { answerInParts } from '../../http/answerInParts.js';
import type { Exchange } from '../../http/Exchange.js';
import type { Handle } from '../../http/Admission.js';
import { type LogPlace, logToken, parseLogToken, placeToken } from '../../http/LogToken.js';
import type { PositionWaits } from '../../http/PositionWaits.js';
import type { UserWaiters } from '../../http/UserWaiters.js';
import type { Slots } from '../../limits/Slots.js';
import type { HttpMetrics } from '../../observability/httpMetrics.js';
import { actingUser, isMatrixError } from '../access.js';
import type { MatrixContext } from '../MatrixContext.js';
import { queryOf } from '../MatrixContext.js';
import type { MatrixError } from '../MatrixError.js';
import { matrixError, unknownTokenError } from '../MatrixError.js';
import { filterOfId } from './filterId.js';
import { nothing, startOf, syncEvents, syncParts } from './syncParts.js';
import { everything, parseSyncFilter } from './SyncFilter.js';
import type { SyncFilter } from './SyncFilter.js';

/** What syncs wait with. @category model */
export interface SyncOptions {
  readonly waiters: UserWaiters;
  readonly waits: PositionWaits;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly metrics: HttpMetrics;
}

interface SyncQuery {
  readonly userId: UserId;
  readonly since: LogPlace | undefined;
  readonly filter: SyncFilter;
  readonly fullState: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The longest a client may wait, in milliseconds. */
const longestPoll = 300_000;

const badTimeout = matrixError(400, 'M_INVALID_PARAM', 'timeout must be a number of milliseconds.');
const badSince = matrixError(400, 'M_INVALID_PARAM', 'since is not a token of this server. Sync without it.');
const otherLog = matrixError(400, 'M_INVALID_PARAM', 'since belongs to another log. Sync without it.');
const badFilterId = matrixError(400, 'M_INVALID_PARAM', 'filter is neither a filter ID of this server nor a JSON object.');
const tooMany = matrixError(429, 'M_LIMIT_EXCEEDED', 'Too many syncs wait with this token.', 5_000);
const full = matrixError(503, 'M_UNKNOWN', 'Too many syncs wait on this server. Try again.', 5_000);

/**
 * GET /sync, for account data and tags: initial, incremental by `since`, and a long poll that wakes on a change.
 * A token names the log and its position and never goes back: a server that has not come so far yet waits, and
 * answers with the same token if the time is over.
 *
 * Source: the Matrix client-server API, "Syncing".
 *
 * @category constructors
 */
export const syncHandler = (context: MatrixContext, options: SyncOptions): Handle => {
  const { engine, responder, fail } = context;
  const { projection } = engine;
  const { waiters, waits, slots, clock, metrics } = options;
  const tokenOf = (position: ReadFrom): string => `s${logToken(position, engine)}`;

  const answer = (exchange: Exchange, userId: UserId, parts: AsyncIterable<string>): Promise<void> =>
    answerInParts(exchange, context, { status: 200, parts, about: new Set([userId]) });

  /** Answers with what there is; `even` with nothing. */
  const answerNow = async (exchange: Exchange, query: SyncQuery, even: boolean): Promise<boolean> => {
    const { userId, filter } = query;
    // What changes while it is read is told again after this position.
    const token = tokenOf(projection.position());
    const since = query.fullState ? undefined : query.since?.position;
    const events = await startOf(syncEvents({ projection, turns: context.turns, userId, since, filter }));
    if (!even && events === undefined) return false;
    await answer(exchange, userId, syncParts(events ?? nothing(), token));
    return true;
  };

  /** Tells whether anything of a user was changed between two moments. */
  const stateOf = (userId: UserId): string => {
    const { accountData, tags } = projection.heads(userId);
    return `${String(accountData)} ${String(tags)}`;
  };

  const refuse = (exchange: Exchange, by: 'all' | 'principal'): void => {
    metrics.refused('long_polls');
    fail(exchange, by === 'all' ? full : tooMany);
  };

  /** `read`: the state that had no news. Whatever changed while it was read wakes nobody. */
  const poll = async (exchange: Exchange, session: Session, query: SyncQuery, read: string): Promise<void> => {
    const free = slots.take(session.principal.id);
    if (typeof free === 'string') {
      refuse(exchange, free);
      return;
    }
    const gone = new AbortController();
    const leave = (): void => {
      gone.abort();
    };
    exchange.reply.raw.once('close', leave);
    const token = { hasEnded: false };
    const unfollow = session.follow(() => {
      token.hasEnded = true;
      leave();
    });
    const until = clock.monotonic() + query.timeout;
    let seen = read;
    try {
      for (;;) {
        let last = clock.monotonic() >= until;
        if (stateOf(query.userId) === seen) {
          responder.leave();
          const woken = await waiters
            .wait(query.userId, Math.max(0, until - clock.monotonic()), gone.signal)
            .finally(responder.enter);
          last = woken !== 'changed';
        }
        if (token.hasEnded) {
          fail(exchange, unknownTokenError);
          return;
        }
        seen = stateOf(query.userId);
        if (await answerNow(exchange, query, last)) return;
      }
    } finally {
      free();
      unfollow();
      exchange.reply.raw.off('close', leave);
    }
  };

  /** A token of a server that is further on than this one. */
  const catchUp = async (exchange: Exchange, session: Session, query: SyncQuery, place: LogPlace): Promise<'reached' | 'lost' | 'answered'> => {
    const ended = await waits.wait(exchange, session, place, query.timeout);
    if (ended === 'reached' || ended === 'lost') return ended;
    if (ended === 'ended') fail(exchange, unknownTokenError);
    else if (ended === 'all' || ended === 'principal') refuse(exchange, ended);
    else await answer(exchange, query.userId, syncParts(nothing(), `s${placeToken(engine.logId, place.position, place.epoch)}`));
    return 'answered';
  };

  return async (exchange, session) => {
    const user = actingUser(session.principal, queryOf(exchange, 'user_id'));
    if (isMatrixError(user)) {
      fail(exchange, user);
      return;
    }
    const query = parseQuery(exchange, user, engine.logId);
    if (E.isLeft(query)) {
      fail(exchange, query.left);
      return;
    }
    const { since } = query.right;
    // What the client knows is of a history that the log lost: it gets the whole state of this one.
    const reached = since === undefined ? 'reached' : await catchUp(exchange, session, query.right, since);
    if (reached === 'answered') return;
    const wanted = reached === 'lost' ? { ...query.right, since: undefined } : query.right;
    const atOnce = wanted.since === undefined || wanted.fullState || wanted.timeout === 0;
    const read = stateOf(user);
    if (await answerNow(exchange, wanted, atOnce)) return;
    await poll(exchange, session, wanted, read);
  };
};

const parseQuery = (exchange: Exchange, userId: UserId, logId: string): E.Either<MatrixError, SyncQuery> => {
  const timeout = queryOf(exchange, 'timeout') ?? '0';
  if (typeof timeout !== 'string' || !/^\d{1,12}$/.test(timeout)) return E.left(badTimeout);
  const since = parseSince(queryOf(exchange, 'since'), logId);
  if (E.isLeft(since)) return since;
  const filter = parseFilter(queryOf(exchange, 'filter'));
  if (E.isLeft(filter)) return filter;
  return E.right({
    userId,
    since: since.right,
    filter: filter.right,
    fullState: queryOf(exchange, 'full_state') === 'true',
    timeout: Math.min(longestPoll, Number(timeout)),
  });
};

const parseSince = (since: unknown, logId: string): E.Either<MatrixError, LogPlace | undefined> => {
  if (since === undefined) return E.right(undefined);
  if (typeof since !== 'string' || !since.startsWith('s')) return E.left(badSince);
  const parsed = parseLogToken(since.slice(1), logId);
  if (E.isLeft(parsed)) return E.left(parsed.left === 'malformed' ? badSince : otherLog);
  return parsed;
};

const parseFilter = (filter: unknown): E.Either<MatrixError, SyncFilter> => {
  if (filter === undefined) return E.right(everything);
  if (typeof filter !== 'string') return E.left(badFilterId);
  let value: unknown;
  if (filter.startsWith('{')) {
    try {
      value = JSON.parse(filter);
    } catch {
      return E.left(matrixError(400, 'M_NOT_JSON', 'filter is not JSON.'));
    }
  } else {
    const kept = filterOfId(filter);
    if (E.isLeft(kept)) return E.left(badFilterId);
    value = kept.right;
  }
  const parsed = parseSyncFilter(value);
  return E.isLeft(parsed) ? E.left(malformedFilter(parsed.left)) : parsed;
};

/** The answer to a filter that is wrong at a path. @category constructors */
export const malformedFilter = (path: string): MatrixError =>
  matrixError(400, 'M_BAD_JSON', path === '' ? 'A filter is a JSON object.' : `The filter is malformed at ${path}.`);
