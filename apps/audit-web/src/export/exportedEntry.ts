import { type Entry, isTagEntry, subjectOf } from '../timeline/Entry.js';
import { utcTime } from '../text/times.js';
import { csvLine } from './csv.js';

/** How changes are written to a file. @category model */
export interface ExportFormat {
  readonly name: 'CSV' | 'NDJSON';
  readonly extension: string;
  readonly mediaType: string;
  readonly head: string;
  readonly lineOf: (entry: Entry) => string;
}

const columns = ['time', 'original_time', 'user_id', 'revision', 'position', 'type', 'tag', 'room_id', 'actor_kind', 'actor_id', 'reason', 'previous_content', 'content', 'origin', 'event_id', 'correlation_id'] as const;

/** What is exported of a change, in the words of the service API. */
const record = (entry: Entry): Readonly<Record<(typeof columns)[number], unknown>> => ({
  time: utcTime(entry.time),
  original_time: entry.originalTime === undefined ? null : utcTime(entry.originalTime),
  user_id: entry.userId,
  revision: entry.revision,
  position: entry.position,
  type: isTagEntry(entry) ? null : entry.type,
  tag: isTagEntry(entry) ? subjectOf(entry) : null,
  room_id: entry.roomId,
  actor_kind: entry.actor.kind,
  actor_id: entry.actor.id,
  reason: entry.reason ?? null,
  previous_content: entry.previousContent,
  content: entry.content,
  origin: entry.origin,
  event_id: entry.eventId,
  correlation_id: entry.correlationId,
});

const cell = (value: unknown): string => (value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** For spreadsheets. Contents are JSON in a cell. @category constants */
export const csv: ExportFormat = {
  name: 'CSV',
  extension: 'csv',
  mediaType: 'text/csv',
  // Without it, spreadsheets take UTF-8 for something else.
  head: `\uFEFF${csvLine(columns)}`,
  lineOf: (entry) => {
    const values = record(entry);
    return csvLine(columns.map((column) => cell(values[column])));
  },
};

/** For programs: an object a line. @category constants */
export const ndjson: ExportFormat = { name: 'NDJSON', extension: 'ndjson', mediaType: 'application/x-ndjson', head: '', lineOf: (entry) => `${JSON.stringify(record(entry))}\n` };
