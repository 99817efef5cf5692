import type { StreamNames } from '@account-data/domain';
import { type EventStore, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as t from 'io-ts';
import { LastEvent } from './LastEvent.js';

const isLsn = (text: string): boolean => /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/.test(text);
const LsnText = t.refinement(t.string, isLsn, 'a place in the WAL');

/** Once that what followed was compared with what is here, because changes may have been missed. */
const resynchronisation = t.readonly(
  t.intersection([
    t.type({
      /** Milliseconds since the Unix epoch. */
      at: t.number,
      /** Why: see `StartReason`. */
      reason: t.string,
      /** What was committed before it had been followed; null where nothing had. */
      from: t.union([LsnText, t.null]),
      /** From here on every change was followed again. */
      to: LsnText,
    }),
    /** How many keys were other than at the homeserver. */
    t.partial({ changed: t.number }),
  ]),
);

const progressCodec = t.readonly(
  t.type({
    source: t.literal('postgres'),
    /** PostgreSQL's `system_identifier`: another one is another database. */
    systemId: t.string,
    slot: t.string,
    publication: t.string,
    /** By table: its OID, so that one that was made anew is known. */
    tables: t.readonly(t.record(t.string, t.string)),
    /** `comparing`: a snapshot is being taken over, and has to be begun anew after a crash. */
    phase: t.union([t.literal('comparing'), t.literal('streaming')]),
    /** Everything committed before it is in the log. */
    confirmed: LsnText,
    resynchronised: t.readonlyArray(resynchronisation),
  }),
);

/** How far a homeserver is followed: the data of the last event of the stream `account_data_follow-<server name>`. @category model */
export type FollowProgress = t.TypeOf<typeof progressCodec>;

/** See {@link FollowProgress}. @category model */
export type Resynchronisation = t.TypeOf<typeof resynchronisation>;

/** Where progress is kept: in the log, like everything that must not be lost. */
export const followProgress = (store: EventStore, names: StreamNames, serverName: string, runtime: Runtime): LastEvent<FollowProgress> =>
  new LastEvent({ store, stream: StreamName(names.follow(serverName)), type: 'SynapseFollowProgress', codec: progressCodec, runtime });
