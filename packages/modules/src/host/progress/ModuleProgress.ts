import { PositionCodec, ReadFromCodec, RevisionCodec } from '@account-data/domain';
import type { StoredJson } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** The type of the events of the stream `account_data_modules-<group>`. */
export const moduleProgressType = 'ModuleProgress';
export const moduleProgressVersion = 1;

const heldCodec = t.readonly(
  t.type({
    user: t.string,
    /** The first revision of the user's stream that is not handled. */
    nextRevision: RevisionCodec,
    /** A position before that revision's: where to look for it, since a stream's events carry no positions. */
    after: ReadFromCodec,
  }),
);

const moduleCodec = t.readonly(
  t.intersection([
    t.type({ low: ReadFromCodec, held: t.readonlyArray(heldCodec) }),
    t.partial({
      catchingUp: t.literal(true),
      /** What the module was called before, the first name first: ids of room events are made of that one. */
      formerNames: t.readonlyArray(t.string),
      paused: t.type({ reason: t.union([t.literal('failures'), t.literal('requested'), t.literal('too_many_held')]), since: t.number }),
    }),
  ]),
);

const suspectCodec = t.readonly(
  t.intersection([
    t.type({
      module: t.string,
      eventId: t.string,
      position: PositionCodec,
      /** How many processes have ended while it was the only delivery that ran. */
      deaths: t.number,
    }),
    /** It is running, as far as is known: should no other progress follow, the process ended meanwhile. */
    t.partial({ isRunning: t.literal(true) }),
  ]),
);

const progressCodec = t.readonly(
  t.intersection([
    t.type({
      /** Null where nobody delivers. */
      owner: t.union([t.string, t.null]),
      epoch: t.number,
      modules: t.readonly(t.record(t.string, moduleCodec)),
    }),
    t.partial({
      suspects: t.readonlyArray(suspectCodec),
      /** While deliveries take turns: what may have been running at the death that they do so for comes up to here. */
      lookingUpTo: PositionCodec,
    }),
  ]),
);

/** A delivery that may have ended the process that it ran in. @category model */
export type StoredSuspect = t.TypeOf<typeof suspectCodec>;

/** How far one module is. `low`: everything up to there is handled, but for the held users. @category model */
export type ModuleCheckpoint = t.TypeOf<typeof moduleCodec>;

/** Who delivers, and how far each module is: the data of the last event of the group's stream. @category model */
export type GroupProgress = t.TypeOf<typeof progressCodec>;

/** The data of an event of progress. @category interpreters */
export const encodeProgress = (progress: GroupProgress): StoredJson => progressCodec.encode(progress);

/** The progress that an event holds; else where it is not as it should be, without the value. @category interpreters */
export const decodeProgress = (data: unknown): E.Either<string, GroupProgress> => {
  const decoded = progressCodec.decode(data);
  if (E.isRight(decoded)) return decoded;
  const context = decoded.left[0]?.context ?? [];
  const path = context.map(({ key }) => key).filter((key) => key !== '');
  return E.left(`${path.join('.')}: expected ${context.at(-1)?.type.name ?? 'progress'}`);
};
