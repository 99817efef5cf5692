import type { ChangeResult, ErasureProgress, ErasureReceipt, Position, Revision } from '@account-data/domain';
import { eraseUser, getDiff, type KeyRestoreJson, previewRestore, restoreState, runningErasures } from '@account-data/service-api';
import type * as t from 'io-ts';
import { given, noted, patience } from './commands.js';
import type { Transport } from './http/Transport.js';
import type { Moment } from './model.js';
import type { AtLeast, CallOptions, ChangeOptions, ReadOptions } from './options.js';
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

/** As of when account data is brought back, in milliseconds since the Unix epoch, and by which of a change's times. @category model */
export interface RestoreMoment {
  readonly time: number;
  /** When a change was made (the default), or when the log recorded it, which of an import is later. */
  readonly by?: 'original' | 'recorded';
}

/** Which moment, and which keys. @category model */
export interface PreviewRestoreQuery extends RestoreMoment, ReadOptions {
  /** Null: only what belongs to no room. Absent: all. */
  readonly roomId?: string | null;
  readonly type?: string;
}

/** What a restore would make of one key (`before` is what it has now), and what it is at now. @category model */
export type KeyRestore = t.TypeOf<typeof KeyRestoreJson>;

/** Comparing moments, bringing back what was, and erasing. @category model */
export interface AuditCalls {
  /** What changed of a user's account data between two moments. */
  readonly diff: (userId: string, query: DiffQuery) => Promise<Diff>;
  /** What {@link restoreState} would change, ordered by room and type. Nothing is changed. */
  readonly previewRestore: (userId: string, query: PreviewRestoreQuery) => Promise<ReadonlyArray<KeyRestore>>;
  /**
   * Sets keys of a user, at most 1,000, to what they were at a moment: all, or none. The keys are those of a preview; one that was
   * changed since is answered with `revision_mismatch`. Room tags stay as they are.
   */
  readonly restoreState: (
    userId: string,
    moment: RestoreMoment,
    keys: ReadonlyArray<Pick<KeyRestore, 'roomId' | 'type' | 'ifRevision'>>,
    options?: ChangeOptions,
  ) => Promise<ChangeResult>;
  /** Removes everything of a user, for good. Asked for again, it finishes what was cut off. */
  readonly eraseUser: (userId: string, options?: CallOptions & { readonly reason?: string; readonly timeout?: number }) => Promise<ErasureReceipt>;
  /** How far each erasure is that the server is carrying out. */
  readonly runningErasures: (options?: CallOptions) => Promise<ReadonlyArray<ErasureProgress>>;
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
  previewRestore: async (userId, query) => {
    const { time, by, roomId, type } = query;
    const { changes } = await transport.call(previewRestore, {
      params: { userId },
      query: { time, ...defined({ by, roomId, type }) },
      headers: readHeaders(transport, query, usually),
      signal: query.signal,
      repeatable: true,
    });
    return changes;
  },
  restoreState: async (userId, { time, by }, keys, options = {}) => {
    const change = await transport.call(restoreState, {
      params: { userId },
      query: {},
      body: { time, ...defined({ by }), keys: keys.map(({ roomId, type, ifRevision }) => ({ roomId, type, ifRevision })), ...given(transport, options) },
      signal: options.signal,
      timeout: patience(transport, options),
      repeatable: true,
    });
    return noted(transport, change);
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
  runningErasures: async ({ signal } = {}) => (await transport.call(runningErasures, { params: {}, query: {}, signal, repeatable: true })).running,
});

const revisionOf = (moment: Moment | undefined): Revision | undefined => (moment !== undefined && 'revision' in moment ? moment.revision : undefined);
const positionOf = (moment: Moment | undefined): Position | undefined => (moment !== undefined && 'position' in moment ? moment.position : undefined);
const timeOf = (moment: Moment | undefined): number | undefined => (moment !== undefined && 'time' in moment ? moment.time : undefined);
