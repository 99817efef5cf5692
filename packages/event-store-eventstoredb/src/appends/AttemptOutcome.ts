import { type ActualRevision, Position, Revision } from '@account-data/event-store';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import { ProtobufReader } from '../wire/ProtobufReader.js';

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
  /** Of the whole append, or of the one event whose bytes are told. */
  | { readonly _tag: 'TooLarge'; readonly limit: number; readonly bytes?: number }
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

/** `event_store.client.MaximumAppendEventSizeExceeded`, which is newer than the generated code. */
const readEventTooLarge = (bytes: Uint8Array): AttemptOutcome => {
  const message = new ProtobufReader(Buffer.from(bytes));
  let [size, limit] = [0, 0];
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    if (field === 2) size = message.number();
    else if (field === 3) limit = message.number();
    else message.skip();
  }
  return { _tag: 'TooLarge', limit, bytes: size };
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
    // Servers from 24.10.4 on have a limit for each event besides.
    case 'event_store.client.MaximumAppendEventSizeExceeded':
      return readEventTooLarge(details?.getValue_asU8() ?? new Uint8Array());
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

/** What a node answers to one append. @category model */
export interface AppendAnswer {
  /** The correlation id of the append. */
  readonly id: string;
  readonly outcome: AttemptOutcome;
}

const hex = (bits: bigint): string => bits.toString(16).padStart(16, '0');

/** A UUID as text, however it was sent. */
const readUuid = (message: ProtobufReader): string => {
  let [most, least] = [0n, 0n];
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    if (field === 2) return message.text().toLowerCase();
    const structured = message.message();
    for (let part = structured.nextField(); part !== 0; part = structured.nextField()) {
      if (part === 1) most = structured.uint64();
      else if (part === 2) least = structured.uint64();
      else structured.skip();
    }
  }
  const digits = hex(most) + hex(least);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
};

const readPosition = (message: ProtobufReader): Position => {
  let commit = 0n;
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    if (field === 1) commit = message.uint64();
    else message.skip();
  }
  return Position(commit);
};

const readSuccess = (message: ProtobufReader): AttemptOutcome => {
  let revision = 0n;
  let position: Position | undefined;
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    if (field === 1) revision = message.uint64();
    else if (field === 3) position = readPosition(message.message());
    else message.skip();
  }
  return { _tag: 'Appended', revision: Revision(revision), position };
};

/**
 * Decodes an `event_store.client.streams.BatchAppendResp`. Errors, which are rare, are left to the generated code.
 *
 * @throws {RangeError} where the bytes are no such message
 * @category constructors
 */
export const readAnswer = (bytes: Buffer): AppendAnswer => {
  const message = new ProtobufReader(bytes);
  let id = '';
  let outcome: AttemptOutcome = { _tag: 'Unknown', reason: 'an answer that is neither a success nor an error' };
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    if (field === 1) id = readUuid(message.message());
    else if (field === 2) outcome = readError(statuses.Status.deserializeBinary(message.bytes()));
    else if (field === 3) outcome = readSuccess(message.message());
    else message.skip();
  }
  return { id, outcome };
};
