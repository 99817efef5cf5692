import { type Access, type AccessEntry, Actor, UserId } from '@account-data/domain';
import type { ProposedEvent, RecordedEvent } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

const eventType = 'DataAccessed';
const schemaVersion = 1;

/** The data of `DataAccessed`, schema version 1. */
const DataAccessedV1: t.Type<Access, unknown, unknown> = t.intersection([
  t.strict({
    actor: Actor,
    role: t.string,
    userId: t.union([UserId, t.null]),
    kind: t.keyof({ data: null, feed: null, export: null, access_log: null }),
  }),
  t.exact(t.partial({ reason: t.string })),
]);

/** As the log keeps it. */
export const accessEvent = (id: string, { actor, role, userId, kind, reason }: Access): ProposedEvent => ({
  id,
  type: eventType,
  data: { actor: { kind: actor.kind, id: actor.id }, role, userId, kind, ...(reason === undefined ? {} : { reason }) },
  metadata: { schemaVersion },
});

/** Undefined for what is no entry that this build knows. */
export const accessEntryOf = ({ id, type, data, created }: RecordedEvent): AccessEntry | undefined => {
  const decoded = type === eventType ? DataAccessedV1.decode(data) : undefined;
  return decoded === undefined || E.isLeft(decoded) ? undefined : { ...decoded.right, id, time: created };
};
