import type { Position, Revision } from '@account-data/event-store';
import type { Projection } from '@account-data/projection';

/** How a wait for the projection ended. One that stopped for good shows nothing new: waiting on would never end. */
export type CaughtUp = 'shown' | 'stopped' | 'closed';

/** Waits for what reads show, for as long as that takes and the engine is open. */
export interface CatchUp {
  /** Until reads reflect what was in the log at the start. */
  readonly untilReady: () => Promise<CaughtUp>;
  /** Until reads reflect the log up to a position. */
  readonly untilShown: (position: Position) => Promise<CaughtUp>;
  /** Until reads reflect a revision of the stream of erasures. */
  readonly untilErased: (revision: Revision) => Promise<CaughtUp>;
}

/** How long one look takes, in milliseconds: between two of them it is seen whether the projection has stopped. */
const look = 1_000;

export const catchUp = (projection: Projection, erasures: string, isClosed: () => boolean): CatchUp => {
  const until = async (wait: () => Promise<boolean>): Promise<CaughtUp> => {
    // A closed projection answers at once: asked on and on, it would let nothing else run any more.
    while (!isClosed()) {
      if (await wait()) return 'shown';
      const failure = projection.failure();
      // A damaged one is built anew and shows it then.
      if (failure !== undefined && failure.code !== 'storage_damaged') return 'stopped';
    }
    return 'closed';
  };
  return {
    untilReady: () => until(() => projection.waitUntilReady(look)),
    untilShown: (position) => until(() => projection.waitForPosition(position, look)),
    untilErased: (revision) => until(() => projection.waitForRevision(erasures, revision, look)),
  };
};
