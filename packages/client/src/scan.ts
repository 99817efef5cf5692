import { type HistoryEntry, isAfter, isBefore, type ReadFrom, type TagHistoryEntry } from '@account-data/domain';
import { scanLog } from '@account-data/service-api';
import type { Transport } from './http/Transport.js';
import type { AtLeast, ReadOptions } from './options.js';
import { defined, readHeaders } from './reads.js';

/** What a scan looks for: `actor`, `requestKey`, `correlationId`, `roomId`, at least one. Whatever is given must match, exactly. @category model */
export interface ScanQuery extends ReadOptions {
  /** The `id` of the actor. */
  readonly actor?: string;
  /** The request key that a change was asked for with. */
  readonly requestKey?: string;
  /** A correlation ID, the ID of a change, or of what caused it. */
  readonly correlationId?: string;
  /** What belongs to this room: account data, and tags. */
  readonly roomId?: string;
  /** Only account data of this type. */
  readonly type?: string;
  /** Inclusive; the scan begins there. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
  /** Which time: when a change was made (the default), or when the log recorded it, which of an import is later. */
  readonly by?: 'original' | 'recorded';
  /** How many changes one answer finds, at most 1,000. Default 100. */
  readonly limit?: number;
  /** How many changes one answer reads, at most 10,000, which is the default. */
  readonly budget?: number;
  /** `next` of an earlier part: where to go on. */
  readonly cursor?: string;
}

/** What one answer of a scan found, and how far the scan is. @category model */
export interface ScanPart {
  /** In the order of the log. */
  readonly entries: ReadonlyArray<HistoryEntry | TagHistoryEntry>;
  /** How many changes this scan has read, all parts so far together. */
  readonly read: number;
  /** How much of the log lies behind it, 0 to 1, by positions. */
  readonly fraction: number;
  /** The cursor that goes on behind this part; absent at the end of the log. */
  readonly next?: string;
}

/** Finding changes that no index finds. @category model */
export interface ScanCalls {
  /**
   * Reads the log for changes of account data and of tags by who made them, by request key, by correlation or by room: part by part,
   * each asked for when it is taken. Whoever stops taking, or aborts, goes on later with the `next` of the last part.
   * For auditors and admins.
   */
  readonly scan: (query: ScanQuery) => AsyncGenerator<ScanPart, void, void>;
}

/** Makes these calls. @category constructors */
export const scanCalls = (transport: Transport, usually: AtLeast): ScanCalls => ({
  async *scan(options) {
    const { actor, requestKey, correlationId, roomId, type, since, until, by, limit, budget } = options;
    const query = defined({ actor, requestKey, correlationId, roomId, type, since, until, by, limit, budget });
    let { cursor } = options;
    let read = 0;
    do {
      const part = await transport.call(scanLog, {
        params: {},
        query: { ...query, ...defined({ cursor }) },
        headers: readHeaders(transport, options, usually),
        signal: options.signal,
        timeout: transport.timeout + (options.waitTimeout ?? 5_000),
        repeatable: true,
      });
      read += part.read;
      cursor = part.next;
      const entries = [...part.entries, ...part.tagEntries].sort((a, b) => (isAfter(a.position, b.position) ? 1 : -1));
      yield { entries, read, fraction: fractionOf(part.position, part.end), ...defined({ next: cursor }) };
    } while (cursor !== undefined);
  },
});

const fractionOf = (position: ReadFrom, end: ReadFrom): number => {
  if (!isBefore(position, end)) return 1;
  return position === 'start' ? 0 : Number(position) / Number(end);
};
