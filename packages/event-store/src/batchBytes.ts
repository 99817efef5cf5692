import type { ProposedEvent } from './Event.js';

/**
 * The most bytes one append may take in any store, counted by {@link batchBytes}:
 * under EventStoreDB's default append limit of 1 MiB, so that a batch that one store takes all stores take.
 *
 * @category limits
 */
export const maxBatchBytes = 1_000_000;

/** What an event takes besides its type, data and metadata: its id, and what EventStoreDB writes around it. */
export const eventFramingBytes = 100;

/** The bytes one event counts for: framing, type, and data and metadata as JSON in UTF-8. @category limits */
export const eventBytes = (event: ProposedEvent): number =>
  eventFramingBytes +
  Buffer.byteLength(event.type, 'utf8') +
  Buffer.byteLength(JSON.stringify(event.data), 'utf8') +
  Buffer.byteLength(JSON.stringify(event.metadata), 'utf8');

/** The bytes a batch counts for; an append of more than {@link maxBatchBytes} is refused. @category limits */
export const batchBytes = (events: ReadonlyArray<ProposedEvent>): number => {
  let bytes = 0;
  for (const event of events) bytes += eventBytes(event);
  return bytes;
};
