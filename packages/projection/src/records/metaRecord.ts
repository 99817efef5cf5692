import { firstEpochs, type LogEpoch } from '../model/LogEpochs.js';

/**
 * What a storage knows about itself, as JSON under one key of the table `meta`. A storage of another format version or
 * another log is not read but built anew.
 *
 * @category model
 */
export interface MetaRecord {
  readonly format: number;
  readonly logId: string;
  /** Everything up to here (inclusive) is in the storage; -1 before the first event. */
  readonly position: number;
  /** The last event of ours up to there. Those who wrote none gave out all positions. */
  readonly lastEvent: number;
  /** How many events were folded. */
  readonly events: number;
  /** The revision up to which the erasures stream was read; -1 before the first. */
  readonly erasures: number;
  /**
   * No byte is left in the storage's files of users whose erasure stands up to this revision: they were never written, or
   * the storage was copied since. Removed records leave their bytes behind. -1 before the first, and where not known.
   */
  readonly scrubbed: number;
  /** The latest recording time seen, in milliseconds since the Unix epoch. */
  readonly logTime: number;
  readonly quarantined: number;
  /** See `LogEpochs`. Those who wrote none have met no other epoch than the first. */
  readonly epochs: ReadonlyArray<LogEpoch>;
  /** The revision up to which the log's own stream was folded; -1 before the first. */
  readonly logHead: number;
}

/** Counted up with every change of keys or records that an older program would misread. @category model */
export const storageFormat = 4;

/** The key of the one record of the table `meta`. @category model */
export const metaKey = 'state';

/**
 * What a storage says about itself; undefined where it can't be understood: it is built anew then.
 *
 * @category destructors
 */
export const parseMeta = (record: Buffer): MetaRecord | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(record.toString('utf8', 0, record.length));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || !('logId' in value)) return undefined;
  const { format, logId, position, events, erasures, scrubbed = -1, logTime, quarantined } = value as Partial<MetaRecord>;
  const { lastEvent = Number(position), epochs = firstEpochs, logHead = Number(position) < 0 ? -1 : 0 } = value as Partial<MetaRecord>;
  return typeof format === 'number' &&
    typeof logId === 'string' &&
    typeof position === 'number' &&
    typeof lastEvent === 'number' &&
    typeof events === 'number' &&
    typeof erasures === 'number' &&
    typeof scrubbed === 'number' &&
    typeof logTime === 'number' &&
    typeof quarantined === 'number' &&
    typeof logHead === 'number' &&
    Array.isArray(epochs)
    ? { format, logId, position, lastEvent, events, erasures, scrubbed, logTime, quarantined, epochs, logHead }
    : undefined;
};
