import type { ExpectedRevision } from '@account-data/event-store';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, TombstoneReq } from '@eventstore/db-client/generated/streams_pb.js';
import emptyMessage from 'google-protobuf/google/protobuf/empty_pb.js';
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
  readonly messages: ReadonlyArray<BatchAppendReq.ProposedMessage>;
}

const uuidOf = (text: string): InstanceType<typeof shared.UUID> => {
  const uuid = new shared.UUID();
  uuid.setString(text);
  return uuid;
};

const proposedMessage = ({ id, type, data, metadata }: WireProposal): BatchAppendReq.ProposedMessage => {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuidOf(id));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(Buffer.from(JSON.stringify(data), 'utf8'));
  message.setCustomMetadata(Buffer.from(JSON.stringify(metadata), 'utf8'));
  return message;
};

/** @category constructors */
export const prepareAppend = (
  stream: string,
  events: ReadonlyArray<WireProposal>,
  expected: ExpectedRevision,
): PreparedAppend => ({ stream, expected, messages: events.map(proposedMessage) });

/** @category constructors */
export const batchAppendRequest = (append: PreparedAppend, correlationId: string): BatchAppendReq => {
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(streamIdentifier(append.stream));
  if (append.expected === 'any') options.setAny(new emptyMessage.Empty());
  else if (append.expected === 'no-stream') options.setNoStream(new emptyMessage.Empty());
  else options.setStreamPosition(append.expected.toString());
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuidOf(correlationId));
  request.setOptions(options);
  request.setProposedMessagesList([...append.messages]);
  request.setIsFinal(true);
  return request;
};

/** @category constructors */
export const tombstoneRequest = (stream: string, expected: ExpectedRevision): TombstoneReq => {
  const options = new streams.TombstoneReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  if (expected === 'any') options.setAny(new shared.Empty());
  else if (expected === 'no-stream') options.setNoStream(new shared.Empty());
  else options.setRevision(expected.toString());
  const request = new streams.TombstoneReq();
  request.setOptions(options);
  return request;
};
