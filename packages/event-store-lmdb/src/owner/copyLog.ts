import { type Environment, formatVersion, metaNumber } from '../layout/Environment.js';
import { encodeListedBlock, entryCount, entryText, indexFrom, maxBlockBytes, maxBlockEntries, parseBlock, positionOfEntry } from '../layout/LogBlock.js';
import { isEventEntry, type LogEntry } from '../layout/LogEntry.js';
import { decodeStreamRecord, encodeStreamRecord } from '../layout/StreamRecord.js';
import { writeNow } from '../layout/writeNow.js';

/** About how many bytes are copied before other work of the process has its turn. */
const sliceBytes = 512 * 1024;

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
}

export const createLogCopy = ({ from, to, tombstoned }: LogCopyOptions): LogCopy => {
  /** The first revision to keep of streams that keep only their last events. */
  const firstKept = new Map<string, number>();
  let writes: Array<() => void> = [];
  let written = 0;
  let copied = 0;
  let removed = 0;
  let texts: Array<string> = [];
  let positions: Array<number> = [];
  let blockBytes = 0;

  const put = (bytes: number, write: () => void): void => {
    writes.push(write);
    written += bytes;
  };

  /** Writes what was put, so that it does not pile up in memory, and leaves the event loop to others meanwhile. */
  const breathe = async (): Promise<void> => {
    const due = writes;
    writes = [];
    written = 0;
    await writeNow(to, () => {
      for (const write of due) write();
    });
  };

  const isKept = (entry: LogEntry): boolean => {
    if (isEventEntry(entry)) return !tombstoned.has(entry[0]) && entry[1] >= (firstKept.get(entry[0]) ?? 0);
    return entry.length === 3 || !tombstoned.has(entry[0]);
  };

  const putBlock = (): void => {
    if (texts.length === 0) return;
    const block = encodeListedBlock(texts, positions);
    const first = positions[0] ?? 0;
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
    const first = copied + 1;
    let key = first;
    for (const found of from.log.getRange({ start: first, reverse: true, limit: 1 })) key = found.key;
    for (const { key: start, value: block } of from.log.getRange({ start: key })) {
      if (start > upTo) break;
      const entries = parseBlock(block);
      const end = indexFrom(block, start, upTo + 1);
      for (let index = indexFrom(block, start, copied + 1); index < end; index += 1) {
        const entry = entries[index];
        if (entry === undefined) continue;
        const position = positionOfEntry(block, start, index);
        if (isKept(entry)) keep(entryText(block, index), position);
        else removed += 1;
        copied = position;
      }
      if (end < entryCount(block)) break;
      if (written >= sliceBytes) return true;
    }
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
        const indexed = metaNumber(from.meta, 'indexed', 0, { transaction });
        put(8, () => void to.meta.put('indexed', indexed));
        for (const { key, value } of from.streams.getRange({ transaction })) {
          const record = decodeStreamRecord(value);
          const name = key.toString('utf8');
          if (record.maxCount > 0) firstKept.set(name, record.head + 1 - record.maxCount);
          const isGone = tombstoned.has(name);
          const kept = isGone ? encodeStreamRecord({ ...record, tombstoned: true, positions: [] }) : Buffer.from(value);
          const streamKey = Buffer.from(key);
          put(key.length + kept.length, () => void to.streams.put(streamKey, kept));
          if (written >= sliceBytes) await breathe();
        }
        for (const { key, value } of from.chunks.getRange({ transaction })) {
          const name = key.toString('utf8', 0, key.length - 5);
          if (!tombstoned.has(name)) {
            const chunk = { key: Buffer.from(key), value: Buffer.from(value) };
            put(key.length + value.length, () => void to.chunks.put(chunk.key, chunk.value));
          }
          if (written >= sliceBytes) await breathe();
        }
        for (const name of tombstoned) put(name.length, () => void to.tombstones.put(Buffer.from(name, 'utf8'), Buffer.alloc(0)));
      } finally {
        transaction.done();
      }
      await breathe();
    },
    copyUpTo: async (position) => {
      while (copySlice(position)) await breathe();
      await breathe();
    },
    finish: async (store, next) => {
      put(0, () => void to.meta.put('format', { format: formatVersion, store }));
      put(0, () => void to.meta.put('next', next));
      await breathe();
    },
  };
};
