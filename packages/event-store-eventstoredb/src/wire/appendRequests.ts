import type { ExpectedRevision } from '@account-data/event-store';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { TombstoneReq } from '@eventstore/db-client/generated/streams_pb.js';
import { ProtobufWriter } from './ProtobufWriter.js';
import { streamIdentifier } from './readRequests.js';

/** An event as it is sent: system events (`$metadata`) too, unlike the port's. @category model */
export interface WireProposal {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** An append in the form in which it is sent, again and again if need be: made once, so that a retry sends the same bytes. @category model */
export interface PreparedAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** How many events it has, and the id of the last of them. */
  readonly count: number;
  readonly lastId: string;
  /** The fields of a request that are the same in each attempt. */
  readonly fields: Buffer;
}

const writeOptions = (writer: ProtobufWriter, stream: string, expected: ExpectedRevision): void => {
  writer.message(1, () => {
    writer.text(3, stream);
  });
  if (expected === 'no-stream') writer.message(3, nothing);
  else if (expected === 'any') writer.message(4, nothing);
  else writer.uint64(2, BigInt(expected));
};

const nothing = (): void => undefined;

const writeEvent = (writer: ProtobufWriter, { id, type, data, metadata }: WireProposal): void => {
  writer.message(1, () => {
    writer.text(2, id);
  });
  writeEntry(writer, 'type', type);
  writeEntry(writer, 'content-type', 'application/json');
  writer.text(3, JSON.stringify(metadata));
  writer.text(4, JSON.stringify(data));
};

/** An entry of an event's map of metadata. */
const writeEntry = (writer: ProtobufWriter, key: string, value: string): void => {
  writer.message(2, () => {
    writer.text(1, key);
    writer.text(2, value);
  });
};

/**
 * Encodes the options and events of an `event_store.client.streams.BatchAppendReq`, as the generated code would.
 *
 * @category constructors
 */
export const prepareAppend = (
  stream: string,
  events: ReadonlyArray<WireProposal>,
  expected: ExpectedRevision,
): PreparedAppend => {
  const writer = new ProtobufWriter();
  writer.message(2, () => {
    writeOptions(writer, stream, expected);
  });
  for (const event of events) {
    writer.message(3, () => {
      writeEvent(writer, event);
    });
  }
  writer.bool(4, true);
  return { stream, expected, count: events.length, lastId: events.at(-1)?.id ?? '', fields: writer.result() };
};

/** The whole request, to be answered by its correlation id. @category constructors */
export const batchAppendRequest = (append: PreparedAppend, correlationId: string): Buffer => {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writer.text(2, correlationId);
  });
  return Buffer.concat([writer.result(), append.fields]);
};

/** The request that deletes a stream for good. @category constructors */
export const tombstoneRequest = (stream: string, expected: ExpectedRevision): TombstoneReq => {
  const options = new streams.TombstoneReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  if (expected === 'any') options.setAny(new shared.Empty());
  else if (expected === 'no-stream') options.setNoStream(new shared.Empty());
  else options.setRevision(expected);
  const request = new streams.TombstoneReq();
  request.setOptions(options);
  return request;
};
