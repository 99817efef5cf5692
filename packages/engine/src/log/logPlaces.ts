import { type EventStore, isAfter, type Position, type ReadFrom } from '@account-data/event-store';
import type { PlaceInLog, Projection } from '@account-data/projection';
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
  /** The last position that a reader who knows that epoch shares with this log; `start` where the log never had it. */
  readonly endOfEpoch: (epoch: string) => ReadFrom;
}

type Projected = Pick<Projection, 'epochAt' | 'placeOf' | 'endOfEpoch' | 'reflects'>;

export const logPlaces = (projection: Projected, store: EventStore): LogPlaces => {
  const projected = (position: Position, epoch: string | undefined): PlaceInLog => {
    if (epoch !== undefined) return projection.placeOf(position, epoch);
    return projection.reflects(position) ? 'held' : 'ahead';
  };

  const isBeyondEnd = async (position: Position): Promise<boolean> => {
    const head = await store.head()();
    if (E.isLeft(head)) throw new StoreError(head.left);
    return head.right === 'start' || isAfter(position, head.right);
  };

  return {
    epochAt: (position) =>
      position === 'start' || projection.reflects(position) ? projection.epochAt(position) : undefined,
    placeOf: async (position, epoch) => {
      if (position === 'start') return 'held';
      const place = projected(position, epoch);
      return place === 'ahead' && (await isBeyondEnd(position)) ? 'lost' : place;
    },
    endOfEpoch: projection.endOfEpoch,
  };
};
