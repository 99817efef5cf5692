import type {
  AppendError,
  ExpectedRevision,
  ReadError,
  StoredJson,
  StreamMetadata,
  StreamName,
  StreamTombstoned,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { appendUntilKnown } from '../appends/appendUntilKnown.js';
import { readStream } from '../reads/readStream.js';
import type { StoreContext } from '../reads/retryRead.js';
import { prepareAppend } from '../wire/appendRequests.js';

interface Found {
  /** All of it as it is stored, what this project does not use included (access lists). */
  readonly stored: StoredJson;
  readonly revision: ExpectedRevision;
}

/** A stream's metadata is the last event of `$$` and its name. */
const metastream = (stream: StreamName): StreamName => `$$${stream}` as StreamName;

const tombstoned = (stream: StreamName): StreamTombstoned => ({ _tag: 'StreamTombstoned', code: 'stream_tombstoned', stream });

const readStored = async (context: StoreContext, stream: StreamName): Promise<E.Either<ReadError | StreamTombstoned, Found>> => {
  const own = await readStream(context, metastream(stream), { direction: 'backwards', limit: 1 });
  if (E.isLeft(own)) return own;
  if (own.right._tag === 'Tombstoned') return E.left(tombstoned(stream));
  const [last] = own.right._tag === 'Events' ? own.right.events : [];
  return E.right(last === undefined ? { stored: {}, revision: 'no-stream' } : { stored: last.data, revision: last.revision });
};

/** Whether the stream itself is tombstoned. Nodes say so of its metadata stream too (23.10), but take writes to that one. */
const isTombstoned = async (context: StoreContext, stream: StreamName): Promise<E.Either<ReadError, boolean>> => {
  const own = await readStream(context, stream, { direction: 'backwards', limit: 1 });
  return E.isLeft(own) ? own : E.right(own.right._tag === 'Tombstoned');
};

/** What the port knows of a stream's metadata; a tombstoned stream has none. @category destructors */
export const readMetadata = async (
  context: StoreContext,
  stream: StreamName,
): Promise<E.Either<ReadError | StreamTombstoned, StreamMetadata>> => {
  const dead = await isTombstoned(context, stream);
  if (E.isLeft(dead)) return dead;
  if (dead.right) return E.left(tombstoned(stream));
  const found = await readStored(context, stream);
  if (E.isLeft(found)) return found;
  const maxCount = found.right.stored['$maxCount'];
  return E.right(typeof maxCount === 'number' ? { maxCount } : {});
};

/**
 * `$tb` of a stream that was deleted softly is 2^63-1, which a number of ours can't hold. Left out, the server puts the
 * right one in: writing metadata brings such a stream back, from its next event on.
 */
const withoutSoftDeletion = ({ $tb: truncateBefore, ...rest }: StoredJson): StoredJson =>
  truncateBefore === undefined || !Number.isSafeInteger(truncateBefore) ? rest : { ...rest, $tb: truncateBefore };

const merge = ({ $maxCount: _replaced, ...rest }: StoredJson, { maxCount }: StreamMetadata): StoredJson => ({
  ...withoutSoftDeletion(rest),
  ...(maxCount === undefined ? {} : { $maxCount: maxCount }),
});

/**
 * Sets what the port knows of a stream's metadata and keeps the rest, such as access lists that an operator has set.
 * Another writer in between is met by reading and writing again.
 *
 * @category combinators
 */
export const writeMetadata = async (
  context: StoreContext,
  stream: StreamName,
  metadata: StreamMetadata,
): Promise<E.Either<AppendError, void>> => {
  const id = context.runtime.random.uuid();
  for (;;) {
    const dead = await isTombstoned(context, stream);
    if (E.isLeft(dead)) return dead;
    if (dead.right) return E.left(tombstoned(stream));
    const found = await readStored(context, stream);
    if (E.isLeft(found)) return found;
    const { stored, revision } = found.right;
    const event = { id, type: '$metadata', data: merge(stored, metadata), metadata: {} };
    const append = prepareAppend(metastream(stream), [event], revision);
    const written = await appendUntilKnown(context, metastream(stream), append, 0);
    if (E.isRight(written)) return E.right(undefined);
    const error = written.left;
    if (error._tag === 'StreamTombstoned') return E.left(tombstoned(stream));
    if (error._tag !== 'RevisionConflict') return E.left(error);
  }
};
