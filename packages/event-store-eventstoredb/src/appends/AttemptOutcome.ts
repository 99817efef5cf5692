import { type ActualRevision, Position, Revision } from '@account-data/event-store';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';

/**
 * What came of one attempt to append.
 *
 * - `NotWritten`: this attempt wrote nothing, and the next one may.
 * - `Unknown`: it may have written, or may yet do so.
 *
 * @category model
 */
export type AttemptOutcome =
  | { readonly _tag: 'Appended'; readonly revision: Revision; readonly position: Position | undefined }
  | { readonly _tag: 'WrongRevision'; readonly actual: ActualRevision }
  | { readonly _tag: 'Tombstoned' }
  | { readonly _tag: 'AccessDenied'; readonly reason: string }
  | { readonly _tag: 'TooLarge'; readonly limit: number }
  | { readonly _tag: 'NotWritten'; readonly reason: string }
  | { readonly _tag: 'Unknown'; readonly reason: string }
  | { readonly _tag: 'Refused'; readonly reason: string };

/** How a node writes "no stream" where only a revision fits: -1 as an unsigned number of 64 bits. */
const noStream = (1n << 64n) - 1n;

const actualRevision = (wrong: InstanceType<typeof shared.WrongExpectedVersion>): ActualRevision => {
  if (!wrong.hasCurrentStreamRevision()) return 'no-stream';
  const revision = BigInt(wrong.getCurrentStreamRevision());
  return revision === noStream ? 'no-stream' : Revision(revision);
};

const readError = (error: Status): AttemptOutcome => {
  const details = error.getDetails();
  const name = details?.getTypeName();
  const reason = error.getMessage();
  switch (name) {
    case 'event_store.client.WrongExpectedVersion': {
      const wrong = details?.unpack((bytes) => shared.WrongExpectedVersion.deserializeBinary(bytes), name);
      return wrong === null || wrong === undefined ? { _tag: 'Unknown', reason } : { _tag: 'WrongRevision', actual: actualRevision(wrong) };
    }
    case 'event_store.client.MaximumAppendSizeExceeded': {
      const size = details?.unpack((bytes) => shared.MaximumAppendSizeExceeded.deserializeBinary(bytes), name);
      return { _tag: 'TooLarge', limit: size?.getMaxappendsize() ?? 0 };
    }
    case 'event_store.client.StreamDeleted':
      return { _tag: 'Tombstoned' };
    case 'event_store.client.AccessDenied':
      return { _tag: 'AccessDenied', reason: 'Access Denied' };
    case 'event_store.client.BadRequest':
    case 'event_store.client.InvalidTransaction':
      return { _tag: 'Refused', reason };
    // A node that is not ready, too busy, or a follower that does not know the leader: nothing was written.
    case 'google.protobuf.Empty':
    case 'event_store.client.Empty':
      return { _tag: 'NotWritten', reason };
    // Timeout (the node gave up waiting for its own write), Unknown, InternalError, and whatever is new.
    case undefined:
    default:
      return { _tag: 'Unknown', reason: reason === '' ? (name ?? 'an error without a name') : reason };
  }
};

/** @category destructors */
export const readAnswer = (answer: BatchAppendResp): AttemptOutcome => {
  const error = answer.getError();
  if (error !== undefined) return readError(error);
  const success = answer.getSuccess();
  if (success === undefined) return { _tag: 'Unknown', reason: 'an answer that is neither a success nor an error' };
  const position = success.getPosition();
  return {
    _tag: 'Appended',
    revision: Revision(BigInt(success.getCurrentRevision())),
    position: position === undefined ? undefined : Position(BigInt(position.getCommitPosition())),
  };
};

const hex = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');

/** A UUID as text, however it was sent. @category destructors */
export const uuidText = (uuid: UUID | undefined): string => {
  const structured = uuid?.getStructured();
  if (structured === undefined) return uuid?.getString().toLowerCase() ?? '';
  const digits = hex(structured.getMostSignificantBits()) + hex(structured.getLeastSignificantBits());
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
};
