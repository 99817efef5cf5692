import type { Runtime } from '@account-data/runtime';
import { commitFailure, handleCommit } from '../layout/commitFailure.js';
import { type Environment, formatVersion, metaNumber } from '../layout/Environment.js';
import { encodeListedBlock, entryCount, entryText, indexFrom, maxBlockBytes, maxBlockEntries, parseBlock, positionOfEntry } from '../layout/LogBlock.js';
import { isEventEntry, type LogEntry } from '../layout/LogEntry.js';
import { decodeStreamRecord, encodeStreamRecord } from '../layout/StreamRecord.js';

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
  readonly runtime: Runtime;
  /** The streams whose events are left out. */
  readonly tombstoned: ReadonlySet<string>;
}

export const createLogCopy = ({ from, to, runtime, tombstoned }: LogCopyOptions): LogCopy => {
  /** The first revision to keep of streams that keep only their last events. */
  const firstKept = new Map<string, number>();
  let failure: Error | undefined;
  let written = 0;
  let copied = 0;
  let removed = 0;
  let texts: Array<string> = [];
  let positions: Array<number> = [];
  let blockBytes = 0;

  const put = (write: Promise<boolean>, bytes: number): void => {
    written += bytes;
    write.catch((cause: unknown) => {
      failure ??= commitFailure(cause);
    });
  };

  /** Waits until what was put is in the file, so that it does not pile up in memory. */
  const breathe = async (): Promise<void> => {
    written = 0;
    handleCommit(to.root, runtime);
    await new Promise<void>((resolve) => {
      runtime.timers.defer(resolve);
    });
    try {
      await to.root.committed;
    } catch (cause) {
      failure ??= commitFailure(cause);
    }
    if (failure !== undefined) throw failure;
  };

  const isKept = (entry: LogEntry): boolean => {
    if (isEventEntry(entry)) return !tombstoned.has(entry[0]) && entry[1] >= (firstKept.get(entry[0]) ?? 0);
    return entry.length === 3 || !tombstoned.has(entry[0]);
  };

  const putBlock = (): void => {
    if (texts.length === 0) return;
    const block = encodeListedBlock(texts, positions);
    put(to.log.put(positions[0] ?? 0, block), block.length);
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
        put(to.meta.put('indexed', metaNumber(from.meta, 'indexed', 0, { transaction })), 8);
        for (const { key, value } of from.streams.getRange({ transaction })) {
          const record = decodeStreamRecord(value);
          const name = key.toString('utf8');
          if (record.maxCount > 0) firstKept.set(name, record.head + 1 - record.maxCount);
          const isGone = tombstoned.has(name);
          const kept = isGone ? encodeStreamRecord({ ...record, tombstoned: true, positions: [] }) : Buffer.from(value);
          put(to.streams.put(Buffer.from(key), kept), key.length + kept.length);
          if (written >= sliceBytes) await breathe();
        }
        for (const { key, value } of from.chunks.getRange({ transaction })) {
          const name = key.toString('utf8', 0, key.length - 5);
          if (!tombstoned.has(name)) put(to.chunks.put(Buffer.from(key), Buffer.from(value)), key.length + value.length);
          if (written >= sliceBytes) await breathe();
        }
        for (const name of tombstoned) put(to.tombstones.put(Buffer.from(name, 'utf8'), Buffer.alloc(0)), name.length);
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
      put(to.meta.put('format', { format: formatVersion, store }), 0);
      put(to.meta.put('next', next), 0);
      const flushed = Promise.resolve(to.root.flushed);
      await breathe();
      await flushed;
    },
  };
};
