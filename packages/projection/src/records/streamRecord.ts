import { rowBytes, type RowMemory } from './row.js';

/**
 * The record of one stream of a user: how many rows the index has, the head's revision and effective time (each a
 * float64), then the rows that are not in a block yet. Rows move to blocks by {@link spillRows} at a time, and a block
 * takes {@link blockRows}, so that where a row is follows from its number alone, however the events were batched.
 */

/** The size of what stands before the rows of a stream's record. @category model */
export const streamHeaderBytes = 24;
/** How many rows a stream's record has before they move to a block. @category model */
export const spillRows = 64;
/** How many rows a block of a stream has when it is full. @category model */
export const blockRows = 256;

/** What a stream's record says of the stream: number of rows, revision of its head, effective time. @category model */
export interface StreamHeader {
  readonly rows: number;
  readonly head: number;
  readonly time: number;
}

/** The header of a stream's record. @category destructors */
export const readStreamHeader = (record: Buffer): StreamHeader => ({
  rows: record.readDoubleLE(0),
  head: record.readDoubleLE(8),
  time: record.readDoubleLE(16),
});

/** `offset` is a multiple of eight. @category combinators */
export const writeStreamHeader = ({ doubles }: RowMemory, offset: number, header: StreamHeader): void => {
  const at = offset >> 3;
  doubles[at] = header.rows;
  doubles[at + 1] = header.head;
  doubles[at + 2] = header.time;
};

/** How many of so many rows are in blocks. @category destructors */
export const rowsInBlocks = (rows: number): number => rows - (rows % spillRows);

/** How long the record of a stream with so many rows is, in bytes. @category destructors */
export const streamRecordBytes = (rows: number): number => streamHeaderBytes + (rows % spillRows) * rowBytes;
