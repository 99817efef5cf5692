import { isAccountDataType, isRoomId, type StreamNames } from '@account-data/domain';
import { metaKey, parseMeta, storageFormat, type MetaRecord } from '../records/metaRecord.js';
import { nameHash } from '../records/row.js';
import { prefixRange, type ProjectionStorage } from '../storage/ProjectionStorage.js';
import { firstEpochs, LogEpochs } from './LogEpochs.js';
import { LogIndex } from './LogIndex.js';
import { NameTable, type SharedName } from './NameTable.js';
import { Pending } from './Pending.js';
import { RecentEntries } from './RecentEntries.js';
import type { SlabPool } from './Slabs.js';
import { noRows } from './StreamState.js';
import { StreamStates } from './StreamStates.js';

/** Why a storage can't be gone on with. @category model */
export type Unusable = 'other_format' | 'other_log';

/** What a read model is made of. @category model */
export interface ReadModelOptions {
  readonly storage: ProjectionStorage;
  readonly names: StreamNames;
  readonly logId: string;
  readonly requestKeyWindow: number;
  readonly pool: SlabPool;
  /** See `EventStore`. */
  readonly hasForeignEvents: boolean;
}

/** How many streams of a kind are remembered that have nothing unwritten; the others are looked up in storage. */
const rememberedLive = 50_000;
const rememberedCatchingUp = 200_000;

/**
 * A projection's state: what is in storage, and what was folded since and is not written yet. Reads look at the latter
 * first. See `applyEvent` for how it changes, `flushModel` for how it is written, `ModelReads` for how it is read.
 *
 * @category model
 */
export class ReadModel {
  readonly storage: ProjectionStorage;
  readonly names: StreamNames;
  /** What memory for records comes from and goes back to; shared with the models before and after this one. */
  readonly pool: SlabPool;
  readonly logId: string;
  /** For how many events of a stream a request key is remembered. */
  readonly requestKeyWindow: number;
  readonly data: StreamStates;
  readonly tags: StreamStates;
  readonly recent = new RecentEntries();
  /** All users that were ever erased. */
  readonly erased: Set<string>;
  log: LogIndex;
  /** Reads reflect the log up to here (inclusive); -1 before the first event. */
  position: number;
  /** The position of the last event of ours that was folded. */
  lastEvent: number;
  readonly hasForeignEvents: boolean;
  /** What is written reflects the log up to here. */
  written: number;
  /** The position of the last change in the log index, written or not. */
  lastIndexed: number;
  /** How many events were folded since the log's beginning. */
  events: number;
  /** The revision up to which the erasures stream was folded. */
  erasures: number;
  /** See `MetaRecord`. */
  scrubbed: number;
  /** The latest recording time so far. */
  logTime: number;
  quarantined: number;
  readonly epochs: LogEpochs;
  /** See `MetaRecord`. */
  logHead: number;
  /** Events under our streams that are not of ours, since this model was opened. */
  foreign = 0;
  /** Gaps in streams that the store confirmed, since this model was opened. */
  acceptedGaps = 0;
  /**
   * Whether it follows the log as it is written. Catching up, it takes the memory that makes it fast.
   */
  live = true;
  active: Pending;
  flushing: Pending | undefined;
  #spare: Pending | undefined;
  readonly #shared = new Map<string, SharedName>();
  readonly rooms = new NameTable(isRoomId, (text) => this.share(text));
  readonly types = new NameTable(isAccountDataType, (text) => this.share(text));

  constructor(
    { storage, names, requestKeyWindow, pool, hasForeignEvents }: ReadModelOptions,
    meta: MetaRecord,
    erased: Set<string>,
    log: LogIndex,
  ) {
    this.storage = storage;
    this.names = names;
    this.pool = pool;
    this.active = new Pending(pool);
    this.requestKeyWindow = requestKeyWindow;
    this.logId = meta.logId;
    this.data = new StreamStates('data', storage);
    this.tags = new StreamStates('tags', storage);
    this.erased = erased;
    this.log = log;
    this.position = meta.position;
    this.lastEvent = meta.lastEvent;
    this.hasForeignEvents = hasForeignEvents;
    this.written = meta.position;
    this.lastIndexed = log.last;
    this.events = meta.events;
    this.erasures = meta.erasures;
    this.scrubbed = meta.scrubbed;
    this.logTime = meta.logTime;
    this.quarantined = meta.quarantined;
    this.epochs = new LogEpochs(meta.epochs);
    this.logHead = meta.logHead;
  }

  /**
   * The last position that is given out to be kept. Where others' events take positions, too, one of theirs tells no history
   * from another: only those of our events are given out.
   */
  get given(): number {
    return this.hasForeignEvents ? this.lastEvent : this.position;
  }

  /** The one copy of a name that is kept: rooms and types repeat, and each parsed event brings its own. */
  share(text: string): SharedName {
    const known = this.#shared.get(text);
    if (known !== undefined) return known;
    if (this.#shared.size >= 10_000) this.#shared.clear();
    const name = { text, hash: nameHash(text) };
    this.#shared.set(text, name);
    return name;
  }

  meta(): MetaRecord {
    const { logId, position, lastEvent, events, erasures, scrubbed, logTime, quarantined, logHead } = this;
    return { format: storageFormat, logId, position, lastEvent, events, erasures, scrubbed, logTime, quarantined, epochs: this.epochs.all(), logHead };
  }

  /** Sets what was collected aside to be written, and collects anew. */
  turnOver(): Pending {
    const full = this.active;
    this.flushing = full;
    this.active = this.#spare ?? new Pending(this.pool);
    this.#spare = undefined;
    for (const state of full.dirty) {
      state.flushing = state.active;
      state.active = noRows;
    }
    return full;
  }

  /** What {@link turnOver} set aside is written. */
  settle(written: Pending, position: number): void {
    for (const state of written.dirty) {
      state.flushing = noRows;
      state.isNew = false;
    }
    this.flushing = undefined;
    written.reset();
    // One that has grown in a catch-up is too large for live changes.
    this.#spare = this.live ? undefined : written;
    this.written = position;
    const remembered = this.live ? rememberedLive : rememberedCatchingUp;
    this.data.trim(remembered);
    this.tags.trim(remembered);
  }
}

/** The meta record of a storage; undefined where it has none. Throws where it can't be read. @category destructors */
export const readMeta = (storage: ProjectionStorage): MetaRecord | undefined => {
  const record = storage.get('meta', metaKey);
  if (record === undefined) return undefined;
  const meta = parseMeta(record);
  if (meta === undefined) throw new Error('The record of the projection storage about itself is damaged.');
  return meta;
};

/**
 * Opens the model in a storage; an empty storage begins at the start of the log. Gives why where the storage is of
 * another format or of another log.
 *
 * @category constructors
 */
export const openReadModel = async (options: ReadModelOptions): Promise<ReadModel | Unusable> => {
  const { storage, logId } = options;
  const meta = readMeta(storage) ?? {
    format: storageFormat,
    logId,
    position: -1,
    lastEvent: -1,
    events: 0,
    erasures: -1,
    scrubbed: -1,
    logTime: 0,
    quarantined: 0,
    epochs: firstEpochs,
    logHead: -1,
  };
  if (meta.format !== storageFormat) return 'other_format';
  if (meta.logId !== logId) return 'other_log';
  const erased = new Set<string>();
  storage.scan('erased', prefixRange(''), (userId) => {
    erased.add(userId);
  });
  return new ReadModel(options, meta, erased, await LogIndex.open(storage, meta.position));
};
