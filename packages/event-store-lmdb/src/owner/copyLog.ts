import type { Environment } from '../layout/Environment.js';
import { chunkOne, type LogFormat, streamRecordOne, tombstoneOne } from '../layout/formatOne.js';
import { positionOfEntry } from '../layout/blockTables.js';
import { encodeListedBlock, maxBlockBytes, maxBlockEntries } from '../layout/encodeBlock.js';
import { entryText, parseEntry } from '../layout/LogBlock.js';
import { isEventEntry, type LogEntry } from '../layout/LogEntry.js';
import { createLogReader } from '../layout/LogReader.js';
import { type Breathe, sliceBytes } from '../layout/LongWork.js';
import { decodeChunk, decodeStreamRecord, encodeChunk, encodeStreamRecord, encodeTombstone } from '../layout/StreamRecord.js';
import { plainBlock } from '../layout/unpackBlock.js';
import { writeNow } from '../layout/writeNow.js';

/** What a write takes for pages besides what it writes, in bytes. */
const pagesBytes = 128 * 1024;

/** Copies a log into an empty file, leaving out what nobody may read any more. Positions and revisions stay. */
export interface LogCopy {
  /** Copies the index, as it was when the copy began. First of all. */
  readonly copyIndex: () => Promise<void>;
  /** Copies what the log has up to a position, from where it last ended. */
  readonly copyUpTo: (position: number) => Promise<void>;
  /** Where it last ended. */
  readonly copied: () => number;
  readonly removed: () => number;
  /** Writes down whose log it is and which position comes next, and waits until all is flushed. */
  readonly finish: (store: string, next: number) => Promise<void>;
}

export interface LogCopyOptions {
  readonly from: Environment;
  readonly to: Environment;
  /** The streams whose events are left out. */
  readonly tombstoned: ReadonlySet<string>;
  /** What the copy is written in; whatever the log itself is. */
  readonly format: LogFormat;
  /** Absent where nothing ends the copy before it is through. */
  readonly breathe?: Breathe | undefined;
}

export const createLogCopy = ({ from, to, tombstoned, format, breathe = () => undefined }: LogCopyOptions): LogCopy => {
  const reader = createLogReader(from);
  /** The first revision to keep of streams that keep only their last events. */
  const firstKept = new Map<string, number>();
  let writes: Array<() => void> = [];
  let written = 0;
  /** Bytes of what was looked at since the last write, whether it is kept or not. */
  let looked = 0;
  let copied = 0;
  let removed = 0;
  let texts: Array<string> = [];
  let positions: Array<number> = [];
  let blockBytes = 0;
  /** The last position of the last block that was put. */
  let covered = 0;

  const put = (bytes: number, write: () => void): void => {
    writes.push(write);
    written += bytes;
  };

  /** Writes what was put, so that it does not pile up in memory, and leaves the event loop to others meanwhile. */
  const write = async (): Promise<void> => {
    const due = writes;
    const room = 2 * written + pagesBytes;
    const bytes = Math.max(written, looked);
    writes = [];
    written = 0;
    looked = 0;
    await writeNow(to, room, () => {
      for (const put of due) put();
    });
    await breathe(bytes);
  };

  const isKept = (entry: LogEntry): boolean => {
    if (isEventEntry(entry)) return !tombstoned.has(entry[0]) && entry[1] >= (firstKept.get(entry[0]) ?? 0);
    return entry.length === 3 || !tombstoned.has(entry[0]);
  };

  const putBlock = (): void => {
    if (texts.length === 0) return;
    const first = positions[0] ?? 0;
    const block = encodeListedBlock(texts, positions, first - covered - 1, format);
    covered = positions.at(-1) ?? covered;
    put(block.length, () => void to.log.put(first, block));
    texts = [];
    positions = [];
    blockBytes = 0;
  };

  const keep = (text: string, position: number): void => {
    texts.push(text);
    positions.push(position);
    blockBytes += text.length;
    if (texts.length >= maxBlockEntries || blockBytes >= maxBlockBytes) putBlock();
  };

  /** Copies some blocks; gives whether there may be more. */
  const copySlice = (upTo: number): boolean => {
    const isLeft = reader.walk(copied, upTo, ({ block: stored, key, from: first, to: end }) => {
      if (first < end) looked += stored.length;
      const block = plainBlock(stored);
      for (let index = first; index < end; index += 1) {
        const position = positionOfEntry(block, key, index);
        if (isKept(parseEntry(block, index))) keep(entryText(block, index), position);
        else removed += 1;
        copied = position;
      }
      return Math.max(written, looked) < sliceBytes;
    });
    if (isLeft) return true;
    putBlock();
    copied = upTo;
    return false;
  };

  return {
    copied: () => copied,
    removed: () => removed,
    copyIndex: async () => {
      const transaction = from.root.useReadTransaction();
      try {
        const indexed = from.meta.number('indexed', { transaction }) ?? 0;
        put(8, () => void to.meta.putNumber('indexed', indexed, format));
        for (const { key, value } of from.streams.getRange({ transaction })) {
          const streamKey = Buffer.from(key);
          const record = decodeStreamRecord(streamKey, value);
          const name = key.toString('utf8');
          if (record.maxCount > 0) firstKept.set(name, record.head + 1 - record.maxCount);
          const isGone = tombstoned.has(name);
          const kept = encodeStreamRecord(streamKey, isGone ? { ...record, tombstoned: true, positions: [] } : record);
          put(key.length + kept.length, () => void to.streams.put(streamKey, format === 1 ? streamRecordOne(kept) : kept));
          if (written >= sliceBytes) await write();
        }
        for (const { key, value } of from.chunks.getRange({ transaction })) {
          const name = key.toString('utf8', 0, key.length - 5);
          const chunkKey = Buffer.from(key);
          const chunk = encodeChunk(chunkKey, decodeChunk(chunkKey, value));
          if (!tombstoned.has(name)) put(key.length + chunk.length, () => void to.chunks.put(chunkKey, format === 1 ? chunkOne(chunk) : chunk));
          if (written >= sliceBytes) await write();
        }
        for (const name of tombstoned) {
          const key = Buffer.from(name, 'utf8');
          put(name.length, () => void to.tombstones.put(key, format === 1 ? tombstoneOne : encodeTombstone(key)));
        }
      } finally {
        transaction.done();
      }
      await write();
    },
    copyUpTo: async (position) => {
      while (copySlice(position)) await write();
      await write();
    },
    finish: async (store, next) => {
      put(0, () => void to.meta.putFormat({ format, store }));
      put(0, () => void to.meta.putNumber('next', next, format));
      await write();
    },
  };
};
