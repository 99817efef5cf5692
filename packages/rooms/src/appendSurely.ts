import type {
  AppendError,
  AppendResult,
  EventStore,
  ExpectedRevision,
  ProposedEvent,
  ReadError,
  StreamName,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { RoomSinkError } from './RoomEventSink.js';

/** Where the outcome is unknown, the same event is appended again, once: then the policy of the module decides. */
export const appendSurely = async (
  store: EventStore,
  stream: StreamName,
  event: ProposedEvent,
  expected: ExpectedRevision,
): Promise<E.Either<AppendError, AppendResult>> => {
  const appended = await store.append(stream, [event], expected)();
  if (E.isLeft(appended) && appended.left._tag === 'OutcomeUnknown') return store.append(stream, [event], expected)();
  return appended;
};

export const storeError = (error: AppendError | ReadError): RoomSinkError =>
  new RoomSinkError('room_store_error', `The event store did not take the room event: ${error.code}.`);
