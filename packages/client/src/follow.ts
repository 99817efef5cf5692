import { compareFollow, getFollow, releaseFollowed } from '@account-data/service-api';
import type { FollowJson } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';

/** How a homeserver is followed, and what of it is not in the log. @category model */
export type FollowStatus = t.TypeOf<typeof FollowJson>;

/** What was on the lists of a user: rows that were parked, and changes that were left out. @category model */
export interface ReleasedUser {
  readonly rows: number;
  readonly changes: number;
}

/** Operations on the homeserver that is followed. @category model */
export interface FollowCalls {
  readonly status: (options?: CallOptions) => Promise<FollowStatus>;
  /** Begins to compare all rows with the log; parked rows are tried again. `status` tells what came of it. */
  readonly compare: (options?: CallOptions) => Promise<void>;
  /** Takes a user off the lists of parked rows and of refused users. */
  readonly release: (userId: string, options?: CallOptions) => Promise<ReleasedUser>;
}

/** Makes these calls. @category constructors */
export const followCalls = (transport: Transport): FollowCalls => ({
  status: ({ signal } = {}) => transport.call(getFollow, { params: {}, query: {}, signal, repeatable: true }),
  compare: async ({ signal } = {}) => {
    await transport.call(compareFollow, { params: {}, query: {}, signal, repeatable: true });
  },
  release: (userId, { signal } = {}) => transport.call(releaseFollowed, { params: {}, query: {}, body: { userId }, signal, repeatable: false }),
});
