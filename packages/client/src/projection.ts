import type { Position } from '@account-data/domain';
import { getProjection, rebuildProjection, verifyProjection } from '@account-data/service-api';
import type { ProjectionJson, Verified } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** @category model */
export interface RebuildProgress {
  readonly phase: 'erasures' | 'copying' | 'events' | 'catching-up' | 'swapping' | 'done';
  readonly events: number;
  /** Events a second. */
  readonly rate: number;
  readonly position: Position | null;
  readonly target: Position | null;
  /** From 0 to 1. */
  readonly fraction: number;
  /** Milliseconds. */
  readonly remaining?: number;
}

/** @category model */
export interface ProjectionStatus {
  readonly logId: string;
  readonly ready: boolean;
  readonly position: Position | null;
  readonly writtenPosition: Position | null;
  readonly unwrittenEvents: number;
  readonly subscription: string;
  readonly foreignEvents: number;
  /** Events that can't be read. Holds no content. */
  readonly quarantined: ReadonlyArray<QuarantinedEvent>;
  readonly failed?: { readonly code: string; readonly message: string };
  readonly rebuild?: RebuildProgress;
}

/** @category model */
export interface QuarantinedEvent {
  readonly position: string;
  readonly revision: string;
  readonly stream: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly path: string;
  readonly expected: string;
}

/** @category model */
export interface RebuildResult {
  readonly events: number;
  readonly position: Position | null;
  /** Milliseconds. */
  readonly duration: number;
  /** Whether it went on where an earlier one was. */
  readonly resumed: boolean;
}

/** @category model */
export interface Verification {
  readonly equal: boolean;
  readonly position: Position | null;
  readonly events: number;
  readonly records: number;
  readonly differenceCount: number;
  /** The first of them. */
  readonly differences: ReadonlyArray<{ readonly table: string; readonly key: string; readonly kind: 'missing' | 'unexpected' | 'different' }>;
}

/** @category model */
export interface ProjectionCalls {
  readonly status: (options?: CallOptions) => Promise<ProjectionStatus>;
  /**
   * Builds the projection anew beside the live one. Answers when it is done; `status` shows the progress. Node's own fetch
   * gives up after five minutes without an answer: the rebuild goes on, and `status` tells.
   */
  readonly rebuild: (options?: CallOptions) => Promise<RebuildResult>;
  /** Compares the projection with a fresh replay of the log; `limit` bounds the differences told. */
  readonly verify: (options?: CallOptions & { readonly limit?: number }) => Promise<Verification>;
}

/** @category constructors */
export const projectionCalls = (transport: Transport): ProjectionCalls => ({
  status: async ({ signal } = {}) => statusOf(await transport.call(getProjection, { params: {}, query: {}, signal, repeatable: true })),
  // Both take as long as the log is long. A rebuild that is running refuses a second one: it is sent once.
  rebuild: async ({ signal } = {}) => {
    const json = await transport.call(rebuildProjection, { params: {}, query: {}, signal, timeout: Infinity, repeatable: false });
    return { events: json.events, position: json.position, duration: json.duration_ms, resumed: json.resumed };
  },
  verify: async ({ signal, limit } = {}) =>
    verificationOf(
      await transport.call(verifyProjection, { params: {}, query: defined({ limit }), signal, timeout: Infinity, repeatable: true }),
    ),
});

const statusOf = (json: t.TypeOf<typeof ProjectionJson>): ProjectionStatus => ({
  logId: json.log_id,
  ready: json.ready,
  position: json.position,
  writtenPosition: json.written_position,
  unwrittenEvents: json.unwritten_events,
  subscription: json.subscription,
  foreignEvents: json.foreign_events,
  quarantined: json.quarantined.map(({ event_id: eventId, event_type: eventType, ...rest }) => ({ eventId, eventType, ...rest })),
  ...(json.failed === undefined ? {} : { failed: json.failed }),
  ...(json.rebuild === undefined ? {} : { rebuild: rebuildOf(json.rebuild) }),
});

const rebuildOf = ({ remaining_ms: remaining, ...rest }: NonNullable<t.TypeOf<typeof ProjectionJson>['rebuild']>): RebuildProgress => ({
  ...rest,
  ...(remaining === undefined ? {} : { remaining }),
});

const verificationOf = ({ difference_count: differenceCount, ...rest }: t.TypeOf<typeof Verified>): Verification => ({ differenceCount, ...rest });
