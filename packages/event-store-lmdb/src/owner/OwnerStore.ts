import {
  type AppendError,
  type AppendResult,
  batchBytes,
  checkAppend,
  checkLimit,
  checkStream,
  createSubscriptionHub,
  type ExpectedRevision,
  frozenJson,
  maxBatchBytes,
  Position,
  type PositionedEvent,
  type ProposedEvent,
  type ReadFrom,
  Revision,
  type StoreClosed,
  type StoreFailed,
  type StreamMetadata,
  type StreamName,
  type StreamTombstoned,
} from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { WatermarkWriter } from '../files/Watermark.js';
import type { Environment } from '../layout/Environment.js';
import { metadataKind, tombstoneKind } from '../layout/LogEntry.js';
import { createLogReader } from '../layout/LogReader.js';
import type { LmdbEventStore, StoreLogger } from '../LmdbEventStore.js';
import { decideAppend } from './decideAppend.js';
import { createGroupCommit } from './GroupCommit.js';
import { createIndexWriter } from './IndexWriter.js';
import { readStream } from './readStream.js';
import { createRecentIds } from './recentIds.js';
import { createStreamIndex } from './StreamIndex.js';
import { headPosition, pushPosition, type StreamState } from './StreamState.js';

export interface OwnerStoreOptions {
  readonly environment: Environment;
  readonly runtime: Runtime;
  readonly logger: StoreLogger | undefined;
  readonly storeId: string;
  readonly generation: number;
  readonly watermark: WatermarkWriter;
  /** Up to where the index on disk goes. */
  readonly indexed: number;
  /** The position of the last entry of the log. */
  readonly last: number;
  /** Lets go of the folder, after the log is closed. */
  readonly release: () => void;
}

const closed: StoreClosed = { _tag: 'StoreClosed', code: 'store_closed' };

const tombstonedError = (stream: StreamName): StreamTombstoned => ({
  _tag: 'StreamTombstoned',
  code: 'stream_tombstoned',
  stream,
});

const failedError = (failure: Error): StoreFailed => ({
  _tag: 'StoreFailed',
  code: 'store_failed',
  message:
    `Writing to the log failed: ${failure.message}. Nothing more is accepted. ` +
    'See to the disk (space, errors), then start this process again: what was acknowledged is there.',
});

type Settle<A> = (result: E.Either<AppendError, A>) => void;

/** The store as the owner of its folder runs it: the only writer, with the heads of streams in memory. */
export const createOwnerStore = (options: OwnerStoreOptions): LmdbEventStore => {
  const { environment, runtime, watermark } = options;
  const reader = createLogReader(environment);
  const index = createStreamIndex(environment, options.indexed);
  const ids = createRecentIds();
  let state: 'open' | 'closing' | 'closed' = 'open';
  let closing: Promise<void> | undefined;
  let failed: StoreFailed | undefined;
  /** Tombstones and metadata that take effect once they are durable, in the order of the log. */
  let controls: Array<{ readonly position: number; readonly apply: () => void }> = [];

  reader.scan(options.indexed, (entry, position) => {
    index.replay(entry, position);
    if (entry.length === 7) ids.add(entry[2], { stream: entry[0], revision: entry[1] });
    return true;
  });

  const commit = createGroupCommit({
    environment,
    runtime,
    next: options.last + 1,
    alongside: (watch) => indexWriter.alongside(watch),
    onDurable: (events, last) => {
      onDurable(events, last);
    },
    onFailure: (failure) => {
      failed = failedError(failure);
      options.logger?.error(failed.message, { path: environment.file });
      hub.fail(failed);
    },
  });
  const indexWriter = createIndexWriter({ index, commit, runtime });
  const hub = createSubscriptionHub({
    runtime,
    readAll: ({ after, limit, prefixes }) => readAll(after, limit, prefixes),
  });

  const onDurable = (events: ReadonlyArray<PositionedEvent>, last: number): void => {
    watermark.write(options.generation, last);
    while (controls[0] !== undefined && controls[0].position <= last) controls.shift()?.apply();
    if (last > 0) hub.publish(events, Position(last));
    indexWriter.onDurable();
  };

  const readAll = (after: ReadFrom, limit: number, prefixes: ReadonlyArray<string> | undefined) =>
    reader.readAll(after === 'start' ? 0 : Number(after), commit.durable(), limit, prefixes, (stream) =>
      index.tombstoned.has(stream),
    );

  const settleWhenDurable = <A>(position: number, settle: Settle<A>, result: E.Either<AppendError, A>): void => {
    commit.whenDurable(position, (failure) => {
      settle(failure === undefined ? result : E.left(failed ?? failedError(failure)));
    });
  };

  const idAt = (stream: StreamState, revision: number): string | undefined => {
    const positions = index.positions(stream, revision, revision);
    return (commit.pending(positions[0] ?? 0) ?? reader.eventsAt(positions)[0])?.id;
  };

  const conflictWith = (stream: StreamName, found: StreamState | undefined, expected: ExpectedRevision): AppendError => ({
    _tag: 'RevisionConflict',
    code: 'revision_conflict',
    stream,
    expected,
    actual: found === undefined || found.head < 0 ? 'no-stream' : Revision(found.head),
  });

  const write = (stream: StreamName, events: ReadonlyArray<ProposedEvent>, remember: boolean, settle: Settle<AppendResult>): void => {
    const created = runtime.clock.now();
    const found = index.findOrCreate(stream);
    const texts: Array<string> = [];
    let characters = 0;
    for (const [offset, { id, type, data, metadata }] of events.entries()) {
      const text = JSON.stringify([stream, found.head + 1 + offset, id, type, data, metadata, created]);
      characters += text.length;
      texts.push(text);
    }
    if (characters * 3 + events.length * 100 > maxBatchBytes) {
      const bytes = batchBytes(events);
      if (bytes > maxBatchBytes) {
        settle(E.left({ _tag: 'BatchTooLarge', code: 'batch_too_large', bytes, limit: maxBatchBytes }));
        return;
      }
    }
    let position = 0;
    for (const [offset, { id, type, data, metadata }] of events.entries()) {
      position = commit.next();
      pushPosition(found, position);
      if (remember) ids.add(id, { stream, revision: found.head });
      commit.add(texts[offset] ?? '', {
        stream,
        revision: Revision(found.head),
        id,
        type,
        data: frozenJson(data),
        metadata: frozenJson(metadata),
        created,
        position: Position(position),
      });
    }
    index.touch(found);
    settleWhenDurable(position, settle, E.right({ revision: Revision(found.head), position: Position(position) }));
  };

  const append = (
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    expected: ExpectedRevision,
    settle: Settle<AppendResult>,
  ): void => {
    const found = index.find(stream);
    const decision = decideAppend(stream, found, events, expected, ids, idAt);
    switch (decision._tag) {
      case 'Append':
        write(stream, events, expected === 'any', settle);
        return;
      case 'Conflict':
        // Told when what it conflicts with is durable: whoever reads the stream then must find it there.
        settleWhenDurable(found === undefined ? 0 : headPosition(found), settle, E.left(conflictWith(stream, found, expected)));
        return;
      case 'Tombstoned':
        settleWhenDurable(commit.next() - 1, settle, E.left(tombstonedError(stream)));
        return;
      case 'Repeated': {
        const last = decision.first + events.length - 1;
        const position = found === undefined ? 0 : (index.positions(found, last, last)[0] ?? 0);
        settleWhenDurable(position, settle, E.right({ revision: Revision(last), position: Position(position) }));
      }
    }
  };

  const addControl = (text: string, apply: () => void): void => {
    controls.push({ position: commit.next(), apply });
    commit.add(text, undefined);
  };

  const tombstone = (stream: StreamName, settle: Settle<void>): void => {
    const found = index.findOrCreate(stream);
    if (found.tombstone === 'none') {
      found.tombstone = 'pending';
      addControl(JSON.stringify([stream, tombstoneKind, runtime.clock.now()]), () => {
        index.bury(found);
      });
    }
    settleWhenDurable(commit.next() - 1, settle, E.right(undefined));
  };

  const setMetadata = (stream: StreamName, metadata: StreamMetadata, settle: Settle<void>): void => {
    const found = index.findOrCreate(stream);
    if (found.tombstone !== 'none') {
      settleWhenDurable(commit.next() - 1, settle, E.left(tombstonedError(stream)));
      return;
    }
    const { maxCount } = metadata;
    const kept = maxCount === undefined ? {} : { maxCount };
    addControl(JSON.stringify([stream, metadataKind, runtime.clock.now(), kept]), () => {
      found.maxCount = maxCount ?? 0;
      index.touch(found);
    });
    settleWhenDurable(commit.next() - 1, settle, E.right(undefined));
  };

  const writing =
    <A>(run: (settle: Settle<A>) => void): TE.TaskEither<AppendError, A> =>
    () =>
      new Promise((resolve) => {
        if (state !== 'open') resolve(E.left(closed));
        else if (failed !== undefined) resolve(E.left(failed));
        else run(resolve);
      });

  const reading =
    <L, A>(run: () => E.Either<L, A>): TE.TaskEither<L | StoreClosed, A> =>
    () =>
      Promise.resolve(state === 'open' ? run() : E.left(closed));

  const close = async (): Promise<void> => {
    state = 'closing';
    await commit.idle();
    await indexWriter.finish();
    hub.close();
    state = 'closed';
    // After a failed write lmdb waits for ever for its flush: the file is closed when the process ends.
    if (failed === undefined) await environment.root.close();
    options.release();
  };

  return {
    storeId: options.storeId,
    append: (stream, events, expected) => {
      checkAppend(stream, events);
      return writing((settle) => {
        append(stream, events, expected, settle);
      });
    },
    read: (stream, readOptions) => {
      checkStream(stream);
      checkLimit(readOptions.limit);
      return reading(() => E.right(readStream(index, reader, index.find(stream), commit.durable(), readOptions)));
    },
    readAll: ({ after, limit, prefixes }) => {
      checkLimit(limit);
      return reading(() => E.right(readAll(after, limit, prefixes)));
    },
    head: () =>
      reading(() => {
        const durable = commit.durable();
        return E.right(durable === 0 ? 'start' : Position(durable));
      }),
    subscribe: hub.subscribe,
    setStreamMetadata: (stream, metadata) => {
      checkStream(stream);
      return writing((settle) => {
        setMetadata(stream, metadata, settle);
      });
    },
    streamMetadata: (stream) => {
      checkStream(stream);
      return reading(() => {
        const found = index.find(stream);
        if (found?.tombstone === 'durable') return E.left(tombstonedError(stream));
        return E.right(found === undefined || found.maxCount === 0 ? {} : { maxCount: found.maxCount });
      });
    },
    tombstone: (stream) => {
      checkStream(stream);
      return writing((settle) => {
        tombstone(stream, settle);
      });
    },
    close: () => (closing ??= close()),
  };
};
