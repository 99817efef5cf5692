import { type PositionedEvent, Position, type RecordedEvent, Revision, type StoredJson, type StreamName } from '@account-data/event-store';
import type { WireEvent } from './ReadAnswer.js';

/** What stands for data or metadata that is no JSON object: no event of ours, and whoever decodes it finds that out. */
const unreadable: StoredJson = Object.freeze({ $unreadable: 'not a JSON object' });
const none: StoredJson = Object.freeze({});

const parseObject = (bytes: Buffer): StoredJson => {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as StoredJson) : unreadable;
  } catch {
    return unreadable;
  }
};

/** Ticks of 100 ns since the Unix epoch, as decimal digits, in milliseconds. */
const millisecondsOf = (ticks: string): number => Number(ticks.slice(0, -4));

const parseMetadata = (bytes: Buffer): StoredJson => (bytes.length === 0 ? none : parseObject(bytes));

/** How many bytes of data and metadata an event holds. @category destructors */
export const sizeOf = (event: WireEvent): number => event.data.length + event.metadata.length;

/** Where an event of the whole log stands. Events of a stream read carry 18446744073709551615 there: never ask them. @category destructors */
export const positionOf = (event: WireEvent): Position => Position(event.position);

/** Of the system, as tombstones and links are that stand in the streams they concern: the port shows none of them. @category predicates */
export const isOfSystem = ({ type, stream }: WireEvent): boolean => type.startsWith('$') || stream.startsWith('$');

/** An event of a stream as the port has it; its position may be missing on the wire. @category destructors */
export const recordedEvent = (event: WireEvent): RecordedEvent => ({
  stream: event.stream as StreamName,
  revision: Revision(event.revision),
  id: event.id,
  type: event.type,
  data: parseObject(event.data),
  metadata: parseMetadata(event.metadata),
  created: millisecondsOf(event.created),
});

/** An event of the whole log as the port has it. @category destructors */
export const positionedEvent = (event: WireEvent): PositionedEvent => ({
  stream: event.stream as StreamName,
  revision: Revision(event.revision),
  id: event.id,
  type: event.type,
  data: parseObject(event.data),
  metadata: parseMetadata(event.metadata),
  created: millisecondsOf(event.created),
  position: Position(event.position),
});
