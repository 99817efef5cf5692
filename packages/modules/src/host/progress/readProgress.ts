import type { EventStore, ReadError, Revision, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { type GroupProgress, decodeProgress } from './ModuleProgress.js';

/** The last word on a group, and the revision it was written at. */
export interface ProgressHead {
  readonly revision: Revision;
  readonly progress: GroupProgress;
}

/** Reads the last event of the group's stream; undefined where the group has none. Throws where it is damaged. */
export const readProgress = async (
  store: EventStore,
  stream: StreamName,
): Promise<E.Either<ReadError, ProgressHead | undefined>> => {
  const slice = await store.read(stream, { direction: 'backwards', limit: 1 })();
  if (E.isLeft(slice)) return slice;
  if (slice.right._tag === 'Tombstoned') throw new Error(`The stream ${stream} of the modules' progress was deleted.`);
  const last = slice.right._tag === 'Events' ? slice.right.events[0] : undefined;
  if (last === undefined) return E.right(undefined);
  const progress = decodeProgress(last.data);
  if (E.isLeft(progress)) {
    throw new Error(`The modules' progress in the stream ${stream} is damaged: ${progress.left}.`);
  }
  return E.right({ revision: last.revision, progress: progress.right });
};
