import type { Position, Revision } from '@account-data/domain';
import { eraseUser, getDiff } from '@account-data/service-api';
import type { PatchOperation } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { Content } from './model.js';
import type { AtLeast, CallOptions, ReadOptions } from './options.js';
import { defined, readHeaders } from './reads.js';

/** A moment: a revision of the user's stream, a position of the log, or a time. @category model */
export type Moment = { readonly revision: Revision } | { readonly position: Position } | { readonly time: number };

/** @category model */
export interface DiffQuery extends ReadOptions {
  readonly from: Moment;
  /** Absent: now. */
  readonly to?: Moment;
  readonly roomId?: string | null;
  readonly type?: string;
}

/** What became of one key. @category model */
export interface KeyDiff {
  readonly roomId: string | null;
  readonly type: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: Content | null;
  readonly after: Content | null;
  /** JSON Patch (RFC 6902) that makes `after` of `before`, where null stands for `{}`. */
  readonly patch: ReadonlyArray<t.TypeOf<typeof PatchOperation>>;
  /** The same for people, a line for each operation. */
  readonly readable: ReadonlyArray<string>;
}

/** @category model */
export interface Diff {
  readonly userId: string;
  readonly fromRevision: Revision | null;
  readonly toRevision: Revision | null;
  readonly changes: ReadonlyArray<KeyDiff>;
}

/** What an erasure removed, and what is left to do outside the service. @category model */
export interface ErasureReceipt {
  readonly userId: string;
  readonly logId: string;
  /** Milliseconds since the Unix epoch. */
  readonly erasedAt: number;
  /** Of the event that records it; null where it was recorded by an earlier request. */
  readonly position: Position | null;
  readonly steps: ReadonlyArray<{ readonly step: string; readonly removed: ReadonlyArray<string>; readonly remains: ReadonlyArray<string> }>;
  readonly final: true;
}

/** @category model */
export interface AuditCalls {
  /** What changed of a user's account data between two moments. */
  readonly diff: (userId: string, query: DiffQuery) => Promise<Diff>;
  /** Removes everything of a user, for good. Asked for again, it finishes what was cut off. */
  readonly eraseUser: (userId: string, options?: CallOptions & { readonly reason?: string; readonly timeout?: number }) => Promise<ErasureReceipt>;
}

/** @category constructors */
export const auditCalls = (transport: Transport, usually: AtLeast): AuditCalls => ({
  diff: async (userId, query) => {
    const { from, to, roomId, type } = query;
    const json = await transport.call(getDiff, {
      params: { userId },
      query: defined({
        room_id: roomId,
        type,
        from_revision: revisionOf(from),
        from_position: positionOf(from),
        from_time: timeOf(from),
        to_revision: revisionOf(to),
        to_position: positionOf(to),
        to_time: timeOf(to),
      }),
      headers: readHeaders(transport, query, usually),
      signal: query.signal,
      repeatable: true,
    });
    return {
      userId: json.user_id,
      fromRevision: json.from_revision,
      toRevision: json.to_revision,
      changes: json.changes.map(({ room_id: room, ...change }) => ({ roomId: room, ...change })),
    };
  },
  eraseUser: async (userId, options = {}) => {
    const json = await transport.call(eraseUser, {
      params: { userId },
      query: {},
      body: defined({ reason: options.reason }),
      signal: options.signal,
      // It takes as long as there is to erase.
      timeout: options.timeout ?? 600_000,
      repeatable: true,
    });
    return {
      userId: json.user_id,
      logId: json.log_id,
      erasedAt: json.erased_at,
      position: json.position,
      steps: json.steps,
      final: json.final,
    };
  },
});

const revisionOf = (moment: Moment | undefined): Revision | undefined => (moment !== undefined && 'revision' in moment ? moment.revision : undefined);
const positionOf = (moment: Moment | undefined): Position | undefined => (moment !== undefined && 'position' in moment ? moment.position : undefined);
const timeOf = (moment: Moment | undefined): number | undefined => (moment !== undefined && 'time' in moment ? moment.time : undefined);
