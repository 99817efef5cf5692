import { type PositionedEvent, Position, type RecordedEvent, Revision, type StoredJson, type StreamName } from '@account-data/event-store';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';

type WireEvent = ReadResp.ReadEvent.RecordedEvent;

/** What stands for data or metadata that is no JSON object: no event of ours, and whoever decodes it finds that out. */
const unreadable: StoredJson = Object.freeze({ $unreadable: 'not a JSON object' });
const none: StoredJson = Object.freeze({});

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

const parseObject = (bytes: Uint8Array): StoredJson => {
  try {
    const value: unknown = JSON.parse(utf8(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as StoredJson) : unreadable;
  } catch {
    return unreadable;
  }
};

/** Ticks of 100 ns since the Unix epoch, as decimal digits, in milliseconds. */
const millisecondsOf = (ticks: string | undefined): number => Number(ticks?.slice(0, -4) ?? 0);

/** The event a link's reader was given: the event itself (nothing of ours resolves links). */
export const wireEvent = (response: ReadResp): WireEvent | undefined => response.getEvent()?.getEvent();

/** How many bytes of data and metadata an event holds. @category destructors */
export const sizeOf = (event: WireEvent): number => event.getData_asU8().length + event.getCustomMetadata_asU8().length;

/** @category destructors */
export const typeOf = (event: WireEvent): string => event.getMetadataMap().get('type') ?? '';

/** @category destructors */
export const streamOf = (event: WireEvent): string => utf8(event.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());

/** Where an event of the whole log stands. Events of a stream read carry 18446744073709551615 there: never ask them. @category destructors */
export const positionOf = (event: WireEvent): Position => Position(BigInt(event.getCommitPosition()));

/** @category destructors */
export const recordedEvent = (event: WireEvent, stream: string, type: string): RecordedEvent => {
  const metadata = event.getCustomMetadata_asU8();
  return {
    stream: stream as StreamName,
    revision: Revision(BigInt(event.getStreamRevision())),
    id: event.getId()?.getString() ?? '',
    type,
    data: parseObject(event.getData_asU8()),
    metadata: metadata.length === 0 ? none : parseObject(metadata),
    created: millisecondsOf(event.getMetadataMap().get('created')),
  };
};

/** @category destructors */
export const positionedEvent = (event: WireEvent, stream: string, type: string, position: Position): PositionedEvent => ({
  ...recordedEvent(event, stream, type),
  position,
});
