import type { AccessEntry, AccessKind } from '@account-data/domain';
import { getAccessLog } from '@account-data/service-api';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** Entries of the access log, the newest first. `next` is the cursor of the next page; absent at the end. @category model */
export interface AccessLogPage {
  readonly entries: ReadonlyArray<AccessEntry>;
  readonly next?: string;
}

/** Which entries a page has. @category model */
export interface AccessLogQuery extends CallOptions {
  /** Whose data: entries about this user, and about all users at once. */
  readonly userId?: string;
  /** Who looked: the `id` of the actor. */
  readonly actor?: string;
  readonly kind?: AccessKind;
  /** `next` of the page before. A page may have few entries, or none, and a `next`. */
  readonly cursor?: string;
  readonly limit?: number;
}

/** Who looked at others' data. @category model */
export interface AccessLogCalls {
  /** A page of the access log. For auditors and admins; the look is noted, too. */
  readonly accessLog: (query?: AccessLogQuery) => Promise<AccessLogPage>;
}

/** Makes these calls. @category constructors */
export const accessLogCalls = (transport: Transport): AccessLogCalls => ({
  accessLog: ({ userId, actor, kind, cursor, limit, signal } = {}) =>
    transport.call(getAccessLog, { params: {}, query: defined({ userId, actor, kind, cursor, limit }), signal, repeatable: true }),
});
