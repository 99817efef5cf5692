import type { RebuildResult, VerifyResult } from '@account-data/domain';
import { getProjection, rebuildProjection, verifyProjection } from '@account-data/service-api';
import type { ProjectionJson } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** How the projection does. @category model */
export type ProjectionStatus = t.TypeOf<typeof ProjectionJson>;

/** Operations on the projection. @category model */
export interface ProjectionCalls {
  readonly status: (options?: CallOptions) => Promise<ProjectionStatus>;
  /**
   * Builds the projection anew beside the live one. Answers when it is done; `status` shows the progress. Node's own fetch
   * gives up after five minutes without an answer: the rebuild goes on, and `status` tells.
   */
  readonly rebuild: (options?: CallOptions) => Promise<RebuildResult>;
  /** Compares the projection with a fresh replay of the log; `limit` bounds the differences told. `status` shows the progress. */
  readonly verify: (options?: CallOptions & { readonly limit?: number }) => Promise<VerifyResult>;
}

/** Makes these calls. @category constructors */
export const projectionCalls = (transport: Transport): ProjectionCalls => ({
  status: ({ signal } = {}) => transport.call(getProjection, { params: {}, query: {}, signal, repeatable: true }),
  // Both take as long as the log is long. A rebuild that is running refuses a second one: it is sent once.
  rebuild: ({ signal } = {}) => transport.call(rebuildProjection, { params: {}, query: {}, signal, timeout: Infinity, repeatable: false }),
  verify: ({ signal, limit } = {}) =>
    transport.call(verifyProjection, { params: {}, query: defined({ limit }), signal, timeout: Infinity, repeatable: true }),
});
