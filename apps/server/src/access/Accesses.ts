import type { AccessKind, UserId } from '@account-data/domain';
import type { AccessLog } from '@account-data/engine';
import { ShortText, takenAlong } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type { Principal } from '../auth/Principal.js';
import type { AccessLogConfig } from '../config/ServerConfig.js';
import type { Exchange } from '../http/Exchange.js';

/** Why data of others is not shown: what is said of the reason or of the access, or that the access could not be noted. @category errors */
export type AccessFault = 'reason_malformed' | 'access_malformed' | 'reason_required' | 'access_not_noted';

/** Notes who looks at the data of others, before they do. @category model */
export interface Accesses {
  /**
   * Notes an access; `userId` is whose data is asked for, null that of all. Undefined where there is nothing to note, at the
   * cost of a comparison; resolved with a fault where the request is to be refused.
   */
  readonly note: (exchange: Exchange, principal: Principal, kind: AccessKind, userId: string | null) => Promise<AccessFault | undefined> | undefined;
}

/** An access log that is not kept. */
const unnoted: Accesses = { note: () => undefined };

/** Whether somebody looks at what is not theirs, or takes it with them. Services act for users, and are not noted. */
const isNoted = ({ role, userId: own }: Principal, kind: AccessKind, userId: string | null): boolean => {
  if (role !== 'admin' && role !== 'auditor') return kind === 'export';
  return kind === 'export' || userId === null || userId !== own;
};

/** Notes accesses in the access log, as it is configured. @category constructors */
export const makeAccesses = (log: Pick<AccessLog, 'note'>, { enabled, requireReason }: AccessLogConfig): Accesses => {
  if (!enabled) return unnoted;
  const noted = async (exchange: Exchange, { actor, role }: Principal, kind: AccessKind, userId: string | null): Promise<AccessFault | undefined> => {
    // Users take what is their own, and need no reason.
    const reason = role === 'user' ? E.right(undefined) : reasonOf(exchange);
    if (E.isLeft(reason)) return reason.left;
    if (reason.right === undefined && requireReason && role !== 'user') return 'reason_required';
    const done = await log.note({ actor, role, userId: userId as UserId | null, kind, ...(reason.right === undefined ? {} : { reason: reason.right }) })();
    return E.isLeft(done) ? 'access_not_noted' : undefined;
  };
  return {
    note: (exchange, principal, looksAt, userId) => {
      const kind = kindOf(exchange, looksAt);
      if (kind === undefined) return Promise.resolve('access_malformed');
      return isNoted(principal, kind, userId) ? noted(exchange, principal, kind, userId) : undefined;
    },
  };
};

/** What an access is noted as: as an export where its header says that what is read is taken along. Undefined where it says something else. */
const kindOf = ({ request }: Exchange, looksAt: AccessKind): AccessKind | undefined => {
  const given = request.headers['account-data-access'];
  if (given === undefined) return looksAt;
  if (given !== takenAlong) return undefined;
  return looksAt === 'access_log' ? looksAt : takenAlong;
};

/** What the header says, decoded; undefined where it says nothing. */
const reasonOf = ({ request }: Exchange): E.Either<AccessFault, string | undefined> => {
  const given = request.headers['account-data-reason'];
  if (given === undefined || given === '') return E.right(undefined);
  try {
    const reason = decodeURIComponent(String(given));
    return ShortText.is(reason) ? E.right(reason) : E.left('reason_malformed');
  } catch {
    return E.left('reason_malformed');
  }
};
