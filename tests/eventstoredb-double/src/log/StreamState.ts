import { deletedRevision, type LogRecord } from './LogRecord.js';

/** One stream: what the index knows of it. */
export interface StreamState {
  /** By revision, as far as they were not scavenged. */
  readonly records: Array<LogRecord>;
  /** The revision of the last event ever written; -1 where there was none. */
  last: bigint;
  tombstoned: boolean;
}

export const newStream = (): StreamState => ({ records: [], last: -1n, tombstoned: false });

/** What `$$stream` says, as far as it matters here. */
export interface Truncation {
  readonly maxCount: bigint | undefined;
  readonly truncateBefore: bigint | undefined;
}

const asRevision = (value: unknown): bigint | undefined => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  // JSON.parse does not keep the last digits of 2^63-1, the mark of a stream that was deleted softly.
  return value >= 2 ** 62 ? deletedRevision : BigInt(Math.trunc(value));
};

export const readTruncation = (metadata: LogRecord | undefined): Truncation => {
  if (metadata === undefined) return { maxCount: undefined, truncateBefore: undefined };
  try {
    const value: unknown = JSON.parse(Buffer.from(metadata.data).toString('utf8'));
    if (typeof value !== 'object' || value === null) return { maxCount: undefined, truncateBefore: undefined };
    const fields = value as Readonly<Record<string, unknown>>;
    return { maxCount: asRevision(fields['$maxCount']), truncateBefore: asRevision(fields['$tb']) };
  } catch {
    return { maxCount: undefined, truncateBefore: undefined };
  }
};

export const isSoftlyDeleted = ({ truncateBefore }: Truncation): boolean => truncateBefore === deletedRevision;

/** The first revision that can be read. */
export const firstReadable = (stream: StreamState, { maxCount, truncateBefore }: Truncation): bigint => {
  const byCount = maxCount === undefined ? 0n : stream.last - maxCount + 1n;
  const byTruncation = truncateBefore ?? 0n;
  const first = byCount > byTruncation ? byCount : byTruncation;
  return first < 0n ? 0n : first;
};
