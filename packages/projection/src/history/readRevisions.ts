import { Revision, StreamName, type EventStore, type ReadError, type RecordedEvent } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';

/** Revisions no further apart than this are read in one go, with what lies between. */
const bridged = 16;
const maxSlice = 500;
const parallelReads = 8;

interface Span {
  readonly from: number;
  readonly to: number;
}

const spansOf = (revisions: ReadonlyArray<number>): ReadonlyArray<Span> => {
  const spans: Array<Span> = [];
  for (const revision of [...revisions].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && revision - last.to <= bridged && revision - last.from < maxSlice) {
      spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, revision) };
    } else spans.push({ from: revision, to: revision });
  }
  return spans;
};

/**
 * Reads those revisions of a stream, and may read some between. What the store does not have any more is absent; a
 * stream that is gone has nothing.
 */
export const readRevisions =
  (store: EventStore, stream: string, revisions: ReadonlyArray<number>): TE.TaskEither<ReadError, Map<number, RecordedEvent>> =>
  async () => {
    const spans = [...spansOf(revisions)];
    const found = new Map<number, RecordedEvent>();
    let failure: ReadError | undefined;
    const work = async (): Promise<void> => {
      for (let span = spans.shift(); span !== undefined && failure === undefined; span = spans.shift()) {
        const { from, to } = span;
        const slice = await store.read(StreamName(stream), { from: Revision(from), limit: to - from + 1 })();
        if (E.isLeft(slice)) failure = slice.left;
        else if (slice.right._tag === 'Events') {
          for (const event of slice.right.events) found.set(Number(event.revision), event);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallelReads, spans.length) }, work));
    return failure === undefined ? E.right(found) : E.left(failure);
  };
