import { getSession } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';

/** Whom the client's token stands for, and how far its role may: `none`, `own` (its own user) or `all`. @category model */
export type SessionInfo = t.TypeOf<typeof getSession.answer>;

/** About the client's own token. @category model */
export interface SessionCalls {
  /** Whom the token stands for. Rejects with status 401 where the server does not know it. */
  readonly session: (options?: CallOptions) => Promise<SessionInfo>;
}

/** Makes these calls. @category constructors */
export const sessionCalls = (transport: Transport): SessionCalls => ({
  session: ({ signal } = {}) => transport.call(getSession, { params: {}, query: {}, signal, repeatable: true }),
});
