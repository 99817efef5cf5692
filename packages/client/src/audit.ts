import type { ErasureReceipt, Position, Revision } from '@account-data/domain';
import { eraseUser, getDiff } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { Moment } from './model.js';
import type { AtLeast, CallOptions, ReadOptions } from './options.js';
import { defined, readHeaders } from './reads.js';

/** Which two moments are compared, and which keys. @category model */
export interface DiffQuery extends ReadOptions {
  readonly from: Moment;
  /** Absent: now. */
  readonly to?: Moment;
  readonly roomId?: string | null;
  readonly type?: string;
}

/** What changed between two moments; revisions are `no-stream` before the first change. @category model */
export type Diff = t.TypeOf<typeof getDiff.answer>;

/** Comparing moments, and erasing. @category model */
export interface AuditCalls {
  /** What changed of a user's account data between two moments. */
  readonly diff: (userId: string, query: DiffQuery) => Promise<Diff>;
  /** Removes everything of a user, for good. Asked for again, it finishes what was cut off. */
  readonly eraseUser: (userId: string, options?: CallOptions & { readonly reason?: string; readonly timeout?: number }) => Promise<ErasureReceipt>;
}

/** Makes these calls. @category constructors */
export const auditCalls = (transport: Transport, usually: AtLeast): AuditCalls => ({
  diff: (userId, query) => {
    const { from, to, roomId, type } = query;
    return transport.call(getDiff, {
      params: { userId },
      query: defined({
        roomId,
        type,
        fromRevision: revisionOf(from),
        fromPosition: positionOf(from),
        fromTime: timeOf(from),
        toRevision: revisionOf(to),
        toPosition: positionOf(to),
        toTime: timeOf(to),
      }),
      headers: readHeaders(transport, query, usually),
      signal: query.signal,
      repeatable: true,
    });
  },
  eraseUser: (userId, options = {}) => {
    return transport.call(eraseUser, {
      params: { userId },
      query: {},
      body: defined({ reason: options.reason }),
      signal: options.signal,
      // It takes as long as there is to erase.
      timeout: options.timeout ?? 600_000,
      repeatable: true,
    });
  },
});

const revisionOf = (moment: Moment | undefined): Revision | undefined => (moment !== undefined && 'revision' in moment ? moment.revision : undefined);
const positionOf = (moment: Moment | undefined): Position | undefined => (moment !== undefined && 'position' in moment ? moment.position : undefined);
const timeOf = (moment: Moment | undefined): number | undefined => (moment !== undefined && 'time' in moment ? moment.time : undefined);
