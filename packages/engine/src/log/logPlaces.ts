import { type EventStore, isAfter, type Position, type ReadFrom, type StreamName } from '@account-data/event-store';
import { epochTag, type PlaceInLog, type Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';

/** Positions as readers keep them: with the tag of their epoch, so that one of a lost history is told from one of this log. @category model */
export interface LogPlaces {
  /** The tag of the epoch of a position, to be kept beside it; undefined where reads do not reflect the position yet. */
  readonly epochAt: (position: ReadFrom) => string | undefined;
  /**
   * Whether a position that a reader kept still counts. `lost`: it was given out by a history that this log does not go on
   * from, as after a restore of an older copy. `ahead`: the log has it, and the projection has not read as far. Without an
   * epoch (a reader kept it before there were any) only one beyond the end of the log is lost. A node that lags behind the
   * others tells an earlier end: ask again a moment later before you act on it.
   *
   * Rejects with StoreError where the store can't be asked.
   */
  readonly placeOf: (position: ReadFrom, epoch: string | undefined) => Promise<PlaceInLog>;
  /**
   * The position to give out for one, to be kept: where others' events take positions, too, the last one of ours before it
   * that reads reflect. One that reads do not reflect yet is given out as it is.
   */
  readonly givenUpTo: (position: ReadFrom) => ReadFrom;
  /**
   * The position to give out to a reader that has come as far as one, at which there may be no event of ours, and who was
   * told of changes up to `told`.
   */
  readonly progressAt: (position: Position, told: ReadFrom) => Promise<ReadFrom>;
  /** The last position that a reader who knows that epoch shares with this log; `start` where the log never had it. */
  readonly endOfEpoch: (epoch: string) => ReadFrom;
}

type Projected = Pick<Projection, 'epochAt' | 'givenUpTo' | 'placeOf' | 'endOfEpoch' | 'position' | 'reflects'>;

/** `stream`: the log's own, in which epochs begin. */
export const logPlaces = (projection: Projected, store: EventStore, stream: StreamName): LogPlaces => {
  /** Up to here no epoch has begun but those that the projection knows. */
  let learnt: Position | undefined;

  const givenUpTo = (position: ReadFrom): ReadFrom =>
    position === 'start' || projection.reflects(position) ? projection.givenUpTo(position) : position;

  const projected = (position: Position, epoch: string | undefined): PlaceInLog => {
    if (epoch !== undefined) return projection.placeOf(position, epoch);
    return projection.reflects(position) ? 'held' : 'ahead';
  };

  const isBeyondEnd = async (position: Position): Promise<boolean> => {
    const head = await store.head()();
    if (E.isLeft(head)) throw new StoreError(head.left);
    return head.right === 'start' || isAfter(position, head.right);
  };

  /**
   * Makes the epoch of a position known that is ahead of what the projection has read, and in the log: behind its last change
   * of account data there may be others' events, which no projection reads. Not where an epoch has begun in between: that
   * is read at once.
   */
  const learnEpoch = async (position: Position): Promise<void> => {
    if (projection.reflects(position) || (learnt !== undefined && !isAfter(position, learnt))) return;
    const known = projection.epochAt(projection.position());
    // It is read after the position was in the log: an epoch that begins later lies behind it.
    const last = await store.read(stream, { direction: 'backwards', limit: 1 })();
    if (E.isLeft(last)) throw new StoreError(last.left);
    const [event] = last.right._tag === 'Events' ? last.right.events : [];
    if (event !== undefined && (event.type !== 'LogEpochBegan' || epochTag(event.id) === known)) learnt = position;
  };

  return {
    epochAt: (position) =>
      position === 'start' || projection.reflects(position) || (learnt !== undefined && !isAfter(position, learnt)) ? projection.epochAt(position) : undefined,
    givenUpTo,
    progressAt: async (position, told) => {
      if (store.hasForeignEvents === true) {
        const given = givenUpTo(projection.reflects(position) ? position : projection.position());
        return told !== 'start' && isAfter(told, given) ? givenUpTo(told) : given;
      }
      await learnEpoch(position);
      return position;
    },
    placeOf: async (position, epoch) => {
      if (position === 'start') return 'held';
      const place = projected(position, epoch);
      return place === 'ahead' && (await isBeyondEnd(position)) ? 'lost' : place;
    },
    endOfEpoch: projection.endOfEpoch,
  };
};
