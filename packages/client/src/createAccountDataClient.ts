import type * as t from 'io-ts';
import { type AccessLogCalls, accessLogCalls } from './accessLog.js';
import { type AuditCalls, auditCalls } from './audit.js';
import { type CommandCalls, commandCalls } from './commands.js';
import type { ClientFeedSource } from './feed/clientFeed.js';
import { feedSourceOf } from './feed/clientFeed.js';
import type { FeedFilter, FeedItem } from './feed/FeedEvent.js';
import { type FeedOptions, readFeed } from './feed/readFeed.js';
import { Transport } from './http/Transport.js';
import { type RetryPolicy, defaultRetries } from './http/retry.js';
import type { ChangeResult } from './model.js';
import { type FollowCalls, followCalls } from './follow.js';
import { type MetricsCalls, metricsCalls } from './metrics.js';
import { type ModuleCalls, moduleCalls } from './modules.js';
import type { AtLeast } from './options.js';
import type { ClientRuntime, Fetch } from './ports/ClientRuntime.js';
import { platformFetch, platformRuntime } from './ports/platform.js';
import { type ProjectionCalls, projectionCalls } from './projection.js';
import { type QueryCalls, queryCalls } from './queries.js';
import { type RoomCalls, roomCalls } from './rooms.js';
import { type ScanCalls, scanCalls } from './scan.js';
import { type SessionCalls, sessionCalls } from './session.js';
import { type TransferCalls, transferCalls } from './transfer.js';
import { type TypedAccountData, typedAccountData } from './typed.js';
import { type UserCalls, userCalls } from './users.js';
import { type UpdateContent, type UpdateOptions, updateKey } from './update.js';

interface CommonOptions {
  /** Where the service is: `https://account-data.example.org`, with a path where it is mounted at one. */
  readonly baseUrl: string;
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /** Clock, timers and randomness. Default: the platform's. */
  readonly runtime?: ClientRuntime;
  /** Milliseconds for one attempt of a call; what a call waits for by itself comes on top. Default 30,000. */
  readonly timeout?: number;
  /** How reads, and changes (they have request keys), are tried again. */
  readonly retries?: Partial<RetryPolicy>;
  /** Ends every call that is given no signal of its own. */
  readonly signal?: AbortSignal;
  /** What reads must reflect unless they say otherwise. Default `latest`: this client reads its own writes. */
  readonly atLeast?: AtLeast;
  /** Why data of others is looked at, for the server's access log; asked for with each request. At most 1,000 characters. */
  readonly reason?: string | (() => string | undefined);
}

/** Which server, and with which token. @category model */
export type ClientOptions = CommonOptions &
  (
    | { readonly token: string; readonly getToken?: never }
    | {
        /** Asked before each request; with the refused token after the server did not know it: renew it then. */
        readonly getToken: (refused?: string) => string | Promise<string>;
        readonly token?: never;
      }
  );

/**
 * A client of the account data service. Every call gives a promise that rejects with a {@link ClientError}.
 *
 * @category model
 */
export interface AccountDataClient extends AccessLogCalls, CommandCalls, QueryCalls, AuditCalls, MetricsCalls, RoomCalls, ScanCalls, SessionCalls, TransferCalls, UserCalls {
  /** Reads, changes and writes one key; anew when somebody else was faster. */
  readonly update: (userId: string, roomId: string | null, type: string, update: UpdateContent, options?: UpdateOptions) => Promise<ChangeResult>;
  /** Changes in the order of the log, from a place on and then as they happen. It resumes by itself. */
  readonly feed: (options?: FeedOptions) => AsyncGenerator<FeedItem, void, void>;
  readonly modules: ModuleCalls;
  readonly projection: ProjectionCalls;
  readonly follow: FollowCalls;
  /** Account data of one type, with the codec of its content. */
  readonly type: <A, O extends object>(name: string, codec: t.Type<A, O, unknown>) => TypedAccountData<A>;
  /** The highest position this client was answered, to hand on (`atLeast` of another client). Undefined before the first answer. */
  readonly position: () => string | undefined;
  /** See {@link clientFeed}. */
  readonly feedSource: (filter?: FeedFilter) => ClientFeedSource;
}

/**
 * Makes a client. It opens nothing by itself and needs no closing: abort feeds by their signals.
 *
 * @category constructors
 */
export const createAccountDataClient = (options: ClientOptions): AccountDataClient => {
  const { token, getToken } = options;
  const transport = new Transport({
    baseUrl: options.baseUrl,
    token: getToken ?? (() => token),
    tokenRenews: getToken !== undefined,
    fetch: options.fetch ?? platformFetch,
    runtime: options.runtime ?? platformRuntime,
    timeout: options.timeout ?? 30_000,
    retries: { ...defaultRetries, ...options.retries },
    signal: options.signal,
    reason: options.reason,
  });
  const usually = options.atLeast ?? 'latest';
  const commands = commandCalls(transport);
  const queries = queryCalls(transport, usually);
  return {
    ...commands,
    ...queries,
    ...auditCalls(transport, usually),
    ...accessLogCalls(transport),
    ...metricsCalls(transport),
    ...roomCalls(transport),
    ...scanCalls(transport, usually),
    ...sessionCalls(transport),
    ...userCalls(transport),
    ...transferCalls(transport),
    update: (userId, roomId, type, update, updateOptions = {}) =>
      updateKey(queries, commands, { userId, roomId, type }, update, updateOptions),
    feed: (feedOptions = {}) => readFeed(transport, feedOptions),
    modules: moduleCalls(transport),
    projection: projectionCalls(transport),
    follow: followCalls(transport),
    type: (name, codec) => typedAccountData({ ...queries, ...commands }, name, codec),
    position: () => transport.positions.token,
    feedSource: (filter = {}) => feedSourceOf(transport, filter),
  };
};

/**
 * A server's feed as the package `consumer` reads it: `consume({ source: clientFeed(client, { type }), … })`.
 *
 * @category constructors
 */
export const clientFeed = (client: Pick<AccountDataClient, 'feedSource'>, filter: FeedFilter = {}): ClientFeedSource => client.feedSource(filter);
