import { type ActualRevision, isAtLeast, type ReadError, type StreamName } from '@account-data/event-store';
import type { Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { StreamView, ViewSource } from '../commands/StreamWriter.js';

/** How long a command waits for the projection before it reads the user's stream itself, in milliseconds. */
const patience = 1_000;

/**
 * Views answered by the projection where it is far enough, which on the embedded store it is at once; otherwise, while
 * it catches up or stands still, by folding the user's stream.
 */
export const projectedViews =
  <View extends StreamView>(
    projection: Projection,
    view: () => View,
    stream: StreamName,
    fold: TE.TaskEither<ReadError, View>,
  ): ViewSource<View>['load'] =>
  (atLeast) => {
    // What is damaged can't be decided on.
    if (projection.failure()?.code === 'storage_damaged') return fold();
    const current = view();
    if (reaches(current, atLeast)) return current;
    return waitFor(projection, view, stream, atLeast, fold);
  };

const waitFor = async <View extends StreamView>(
  projection: Projection,
  view: () => View,
  stream: StreamName,
  atLeast: ActualRevision,
  fold: TE.TaskEither<ReadError, View>,
): Promise<E.Either<ReadError, View>> => {
  const { failed, ready } = projection.health();
  if (atLeast !== 'no-stream' && failed === undefined && ready) {
    await projection.waitForRevision(stream, atLeast, patience);
    const current = view();
    if (reaches(current, atLeast)) return E.right(current);
  }
  return fold();
};

const reaches = (view: StreamView, atLeast: ActualRevision): boolean =>
  atLeast === 'no-stream' || view.erased || (view.head !== 'no-stream' && isAtLeast(view.head, atLeast));
