import { Position, type PositionedEvent, type RecordedEvent, Revision, type StoredJson, type StreamName } from '@account-data/event-store';

/**
 * What stands at one position of the log, as JSON: an event
 * `[stream, revision, id, type, data, metadata, created]`, the tombstone of a stream `[stream, -1, created]`, or its
 * metadata `[stream, -2, created, { maxCount? }]`. The stream comes first, so that it can be told from the bytes alone.
 */
export type LogEntry =
  | readonly [stream: string, revision: number, id: string, type: string, data: StoredJson, metadata: StoredJson, created: number]
  | readonly [stream: string, kind: typeof tombstoneKind, created: number]
  | readonly [stream: string, kind: typeof metadataKind, created: number, metadata: { readonly maxCount?: number }];

export type EventEntry = Extract<LogEntry, { readonly length: 7 }>;

export const tombstoneKind = -1;
export const metadataKind = -2;

export const isEventEntry = (entry: LogEntry): entry is EventEntry => entry.length === 7;

export const toRecordedEvent = (entry: EventEntry): RecordedEvent => ({
  stream: entry[0] as StreamName,
  revision: Revision(entry[1]),
  id: entry[2],
  type: entry[3],
  data: entry[4],
  metadata: entry[5],
  created: entry[6],
});

export const toPositionedEvent = (entry: EventEntry, position: number): PositionedEvent => ({
  stream: entry[0] as StreamName,
  revision: Revision(entry[1]),
  id: entry[2],
  type: entry[3],
  data: entry[4],
  metadata: entry[5],
  created: entry[6],
  position: Position(position),
  decoded: undefined,
});

/** The event of an entry's JSON; undefined where that is none. Throws a SyntaxError where it is no JSON. */
export const parsedEvent = (text: Buffer, position: number): PositionedEvent | undefined => {
  const entry = JSON.parse(text.toString('utf8', 0, text.length)) as LogEntry;
  return isEventEntry(entry) ? toPositionedEvent(entry, position) : undefined;
};
