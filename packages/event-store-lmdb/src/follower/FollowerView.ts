import { existsSync } from 'node:fs';
import type { EventAddress, LogSlice, PositionedEvent, ReadAllOptions, ReadAtOptions, ReadStreamOptions, StreamMetadata, StreamName, StreamSlice } from '@account-data/event-store';
import { checkLogFile } from '../files/checkLogFile.js';
import { refuseSameProcessNumber } from '../files/readerNumber.js';
import type { StoreFolder } from '../files/StoreFolder.js';
import { readCurrent } from '../files/StoreFolder.js';
import { openWatermarkReader, type Watermark, type WatermarkReader } from '../files/Watermark.js';
import { closeEnvironment, type Environment, isOpen, openEnvironment } from '../layout/Environment.js';
import { createLogReader, type LogReader } from '../layout/LogReader.js';
import { formatVersion } from '../layout/MetaDatabase.js';
import { readStream } from '../layout/readStream.js';
import { endOfLog, refuseLogBehind } from '../layout/logEnd.js';
import { type StoredIndex, storedIndex } from '../layout/StoredIndex.js';
import { refuse } from '../LmdbOpenError.js';
import { createFollowerIndex, type FollowerIndex } from './FollowerIndex.js';

/** The log as a process reads it that does not own it: never beyond the owner's watermark. */
export interface FollowerView {
  readonly storeId: string;
  readonly read: (stream: StreamName, options: ReadStreamOptions) => StreamSlice;
  readonly readAll: (options: ReadAllOptions) => LogSlice;
  readonly readAt: (places: ReadonlyArray<EventAddress>, options: ReadAtOptions) => ReadonlyArray<PositionedEvent | undefined>;
  readonly metadata: (stream: StreamName) => StreamMetadata | 'tombstoned';
  /** The watermark as it is now. */
  readonly durable: () => number;
  readonly close: () => Promise<void>;
}

interface Opened {
  readonly generation: number;
  readonly environment: Environment;
  readonly reader: LogReader;
  readonly stored: StoredIndex;
  readonly index: FollowerIndex;
}

const openGeneration = (folder: StoreFolder, generation: number): Opened => {
  const file = folder.log(generation);
  if (!isOpen(file)) refuseSameProcessNumber(file);
  checkLogFile(file, 'read');
  const environment = openEnvironment(file, 'read');
  if (environment === undefined) return refuse('store_foreign_file', file, `${file} is no log of this store. Give another folder.`);
  const format = environment.meta.format();
  if (format !== undefined && format.format > formatVersion) {
    return refuse('store_format_newer', file, `${file} has format ${format.format}; this version reads up to ${formatVersion}. Install a newer version of the package.`);
  }
  const reader = createLogReader(environment);
  const stored = storedIndex(environment);
  return { generation, environment, reader, stored, index: createFollowerIndex(environment, stored, reader) };
};

/** The log the watermark speaks of. A compaction may take the file away just then; the watermark names the next one. */
const openMarked = (folder: StoreFolder, watermark: WatermarkReader, first: Watermark): Opened => {
  let mark = first;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const { generation } = mark;
    if (existsSync(folder.log(generation))) return openGeneration(folder, generation);
    mark = watermark.read() ?? mark;
  }
  const file = folder.log(mark.generation);
  return refuse('store_corrupt', file, `${file} is missing. Put back the folder from a backup.`);
};

const missing = (folder: StoreFolder): never =>
  refuse('store_missing', folder.path, `There is no store in ${folder.path}. Give another folder, or let an owner make it.`);

const openWatermark = (folder: StoreFolder): { readonly watermark: WatermarkReader; readonly first: Watermark } => {
  if (!existsSync(folder.durable)) return missing(folder);
  const watermark = openWatermarkReader(folder.durable);
  const first = watermark.read();
  if (first?.isOfThisBoot !== true) {
    watermark.close();
    return refuse(
      'store_not_recovered',
      folder.path,
      `The store in ${folder.path} was not opened by an owner since this machine was started. Start its owner, or open it once in mode 'own' or 'auto'.`,
    );
  }
  return { watermark, first };
};

/** Opens a store for reading only. Throws an Error whose cause is an `LmdbOpenError`. */
export const openFollowerView = (folder: StoreFolder): FollowerView => {
  const current = readCurrent(folder);
  // Without both, nothing was ever acknowledged: an owner makes it, or did not come to its end.
  if (current === undefined && !existsSync(folder.durable)) return missing(folder);
  if (current === undefined || current === 'damaged') {
    return refuse(current === undefined ? 'store_missing' : 'store_corrupt', folder.current, `${folder.current} is ${current ?? 'missing'}. Give the folder of a store, or put it back from a backup.`);
  }
  const { watermark, first } = openWatermark(folder);
  let opened = openMarked(folder, watermark, first);
  try {
    // What the watermark speaks of was flushed before: it is there, but where an older copy took its place.
    if (endOfLog(opened.environment) < first.position) refuseLogBehind(opened.environment, first.position);
  } catch (cause) {
    watermark.close();
    void closeEnvironment(opened.environment);
    throw cause;
  }
  let durable = -1;
  let isClosed = false;

  /** Brings the view up to the watermark; the file is another one after a compaction. */
  const refresh = (): Opened => {
    if (isClosed) throw new Error(`The store in ${folder.path} is not open here any more.`);
    const mark = watermark.read();
    if (mark === undefined || (mark.position === durable && mark.generation === opened.generation)) return opened;
    if (mark.generation !== opened.generation) {
      const former = opened.environment;
      opened = openMarked(folder, watermark, mark);
      void closeEnvironment(former);
    }
    opened.environment.root.resetReadTxn();
    durable = Math.max(durable, mark.position);
    opened.index.refresh(durable);
    return opened;
  };

  refresh();
  return {
    storeId: current.store,
    read: (stream, options) => {
      const { stored, reader, index } = refresh();
      return readStream(stored, reader, index.find(stream), durable, options);
    },
    readAll: (options) => {
      const { reader, index } = refresh();
      return reader.readAll({ ...options, after: options.after === 'start' ? 0 : Number(options.after) }, durable, index.tombstoned());
    },
    readAt: (places, options) => {
      const { reader, index } = refresh();
      return reader.readAt(places, options, durable, index.tombstoned());
    },
    metadata: (stream) => {
      const state = refresh().index.find(stream);
      if (state?.tombstone === 'durable') return 'tombstoned';
      return state === undefined || state.maxCount === 0 ? {} : { maxCount: state.maxCount };
    },
    durable: () => {
      refresh();
      return Math.max(0, durable);
    },
    close: async () => {
      isClosed = true;
      watermark.close();
      await closeEnvironment(opened.environment);
    },
  };
};
