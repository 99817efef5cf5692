/**
 * A request whose events a stream has, as JSON.
 *
 * @category model
 */
export interface RequestRecord {
  readonly fingerprint: string;
  readonly firstRevision: number;
  readonly count: number;
}

/** Whether a stream with this head still remembers the request: its last event is less than `window` events back. @category predicates */
export const isRemembered = ({ firstRevision, count }: RequestRecord, head: number, window: number): boolean =>
  head - (firstRevision + count - 1) < window;

/** The request key that a record holds. @category destructors */
export const parseRequest = (record: Buffer): RequestRecord =>
  JSON.parse(record.toString('utf8', 0, record.length)) as RequestRecord;

/** The record of a request key, as JSON. @category constructors */
export const requestText = ({ fingerprint, firstRevision, count }: RequestRecord): string =>
  JSON.stringify({ fingerprint, firstRevision, count });
