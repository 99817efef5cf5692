import { Revision, type StreamName, type EventStore, type ReadError, type RecordedEvent } from '@account-data/event-store';
import type { Turns } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Direction } from '../History.js';

/**
 * Revisions no further apart than this are read in one go, with what lies between; eight reads are on their way.
 */
const bridged = 4;
const maxSlice = 500;
const parallelReads = 8;

/** What one read may take, in bytes: the event loop has others to serve, too. */
const sliceBytes = 256 * 1024;

/** What a row read counts for among the work of a turn, in bytes. */
const rowBytes = 1_024;

interface Span {
  readonly from: number;
  readonly to: number;
}

const spansOf = (revisions: ReadonlyArray<number>): Array<Span> => {
  const spans: Array<Span> = [];
  for (const revision of [...revisions].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && revision - last.to <= bridged && revision - last.from < maxSlice) {
      spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, revision) };
    } else spans.push({ from: revision, to: revision });
  }
  return spans;
};

/** How events of a stream are read by their revisions. @category model */
export interface ReadRevisionsOptions {
  /** In which order, which matters where not all of them are read. Default forwards. */
  readonly direction?: Direction | undefined;
  /** No more is read once what was asked for takes so many bytes. Default: no bound. */
  readonly maxBytes?: number | undefined;
}

/** The events that were found, by revision. What is neither found nor unread is gone from the log. @category model */
export interface RevisionsRead {
  readonly found: ReadonlyMap<number, RecordedEvent>;
  /** What the bound left unread. */
  readonly unread: ReadonlySet<number>;
  /** What was asked for takes so many bytes, where there is a bound. */
  readonly bytes: number;
}

/**
 * Reads those revisions of a stream, as many as the bound lets through, one at least; it may read some between. What the store
 * does not have any more is absent; a stream that is gone has nothing.
 */
export const readRevisionsWithin =
  (
    { store, turns }: { readonly store: EventStore; readonly turns: Turns },
    stream: StreamName,
    revisions: ReadonlyArray<number>,
    { direction = 'forwards', maxBytes = Infinity }: ReadRevisionsOptions,
  ): TE.TaskEither<ReadError, RevisionsRead> =>
  async () => {
    const spans = spansOf(revisions);
    if (direction === 'backwards') spans.reverse();
    const asked = new Set(revisions);
    const found = new Map<number, RecordedEvent>();
    const leftOver: Array<Span> = [];
    let bytes = 0;
    let failure: ReadError | undefined;
    const isDone = (): boolean => failure !== undefined || bytes >= maxBytes;

    /** Reads on in a span; gives what is left of it. */
    const readSlice = async ({ from, to }: Span): Promise<Span | undefined> => {
      await turns.next();
      // Others have read meanwhile.
      if (isDone()) return { from, to };
      const first = direction === 'forwards' ? from : to;
      const slice = await store.read(stream, { from: Revision(first), direction, limit: to - from + 1, maxBytes: Math.min(sliceBytes, maxBytes - bytes) })();
      if (E.isLeft(slice)) {
        failure = slice.left;
        return undefined;
      }
      const events = slice.right._tag === 'Events' ? slice.right.events : [];
      turns.spend(events.length * rowBytes);
      for (const event of events) {
        const revision = Number(event.revision);
        if (!asked.has(revision)) continue;
        found.set(revision, event);
        if (maxBytes !== Infinity) bytes += JSON.stringify(event.data).length;
      }
      const last = events.at(-1);
      if (last === undefined) return undefined;
      const left = direction === 'forwards' ? { from: Number(last.revision) + 1, to } : { from, to: Number(last.revision) - 1 };
      return left.from <= left.to && slice.right._tag === 'Events' && !slice.right.isEnd ? left : undefined;
    };
    const work = async (): Promise<void> => {
      for (let span = spans.shift(); span !== undefined && !isDone(); span = spans.shift()) {
        let left: Span | undefined = span;
        while (left !== undefined && !isDone()) left = await readSlice(left);
        if (left !== undefined) leftOver.push(left);
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallelReads, spans.length) }, work));
    if (failure !== undefined) return E.left(failure);
    const unread = [...spans, ...leftOver];
    return E.right({ found, bytes, unread: new Set(revisions.filter((revision) => unread.some(({ from, to }) => revision >= from && revision <= to))) });
  };
