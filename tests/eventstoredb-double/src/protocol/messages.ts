import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord, Proposal } from '../log/LogRecord.js';

/** How a node writes "no position" and "no stream": -1 as an unsigned number of 64 bits. */
export const minusOne = '18446744073709551615';

export const streamNameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? new Uint8Array()).toString('utf8');

export const identifierOf = (stream: string): StreamIdentifier => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  return identifier;
};

const hex = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');

/** A UUID as text, in whichever of its two forms it was sent. */
export const uuidText = (uuid: UUID | undefined): string => {
  const structured = uuid?.getStructured();
  if (structured === undefined) return uuid?.getString().toLowerCase() ?? '';
  const digits = hex(structured.getMostSignificantBits()) + hex(structured.getLeastSignificantBits());
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
};

/** The members that both kinds of append give their events. */
interface WireProposal {
  getId: () => UUID | undefined;
  getMetadataMap: () => { get: (name: string) => string | undefined };
  getData_asU8: () => Uint8Array;
  getCustomMetadata_asU8: () => Uint8Array;
}

export const proposalOf = (message: WireProposal): Proposal => ({
  id: uuidText(message.getId()),
  type: message.getMetadataMap().get('type') ?? '',
  isJson: message.getMetadataMap().get('content-type') === 'application/json',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

/** What an event counts for against the append limit: two bytes for each character of its type, data and metadata. */
export const sizeOnDisk = ({ type, data, metadata }: Proposal): number => type.length * 2 + data.length + metadata.length;

/** An event as an answer to a read. Without a position it carries one that means none. */
export const readResponse = (record: LogRecord, withPosition: boolean): ReadResp => {
  const id = new shared.UUID();
  id.setString(record.id);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(identifierOf(record.stream));
  recorded.setStreamRevision(record.revision.toString());
  recorded.setCommitPosition(withPosition ? record.position.toString() : minusOne);
  recorded.setPreparePosition(withPosition ? record.position.toString() : minusOne);
  recorded
    .getMetadataMap()
    .set('type', record.type)
    .set('created', record.created.toString())
    .set('content-type', record.isJson ? 'application/json' : 'application/octet-stream');
  recorded.setData(record.data);
  recorded.setCustomMetadata(record.metadata);
  const event = new streams.ReadResp.ReadEvent();
  event.setEvent(recorded);
  if (withPosition) event.setCommitPosition(record.position.toString());
  else event.setNoPosition(new shared.Empty());
  const response = new streams.ReadResp();
  response.setEvent(event);
  return response;
};
