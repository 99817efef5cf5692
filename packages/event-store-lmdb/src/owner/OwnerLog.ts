import { statfsSync } from 'node:fs';
import {
  type AppendError,
  type AppendResult,
  batchBytes,
  eventFramingBytes,
  type ExpectedRevision,
  frozenJson,
  maxBatchBytes,
  Position,
  type PositionedEvent,
  type ProposedEvent,
  Revision,
  type StoreFailed,
  type StreamMetadata,
  type StreamName,
  type StreamTombstoned,
} from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { closeEnvironment, type Environment } from '../layout/Environment.js';
import { isEventEntry, type LogEntry, metadataKind, tombstoneKind } from '../layout/LogEntry.js';
import { createLogReader } from '../layout/LogReader.js';
import { readStream } from '../layout/readStream.js';
import { storedIndex } from '../layout/StoredIndex.js';
import { streamPositions } from '../layout/streamPositions.js';
import { headPosition, pushPosition, type StreamState } from '../layout/StreamState.js';
import type { LogRole } from '../LogRole.js';
import { decideAppend } from './decideAppend.js';
import { createGroupCommit } from './GroupCommit.js';
import { createIndexWriter } from './IndexWriter.js';
import type { RecentIds } from './recentIds.js';
import { createStreamIndex } from './StreamIndex.js';

export interface OwnerLogOptions {
  readonly environment: Environment;
  readonly runtime: Runtime;
  /** Up to where the index on disk goes. */
  readonly indexed: number;
  /** The position of the last entry of the log. */
  readonly last: number;
  /** What was appended last: it outlives the file, which a compaction replaces. */
  readonly ids: RecentIds;
  /** Told what became durable, before those who wrote it are. */
  readonly onDurable: (events: ReadonlyArray<PositionedEvent>, last: number) => void;
  /** Told once that nothing can be written any more. */
  readonly onFailure: (failure: StoreFailed) => void;
}

const tombstonedError = (stream: StreamName): StreamTombstoned => ({
  _tag: 'StreamTombstoned',
  code: 'stream_tombstoned',
  stream,
});

const failedError = (failure: Error, file: string): StoreFailed => ({
  _tag: 'StoreFailed',
  code: 'store_failed',
  message:
    `Writing to the log ${file} failed: ${isNoSpace(failure) || isFull(file) ? 'no space is left on its disk' : failure.message}. Nothing more is ` +
    'accepted. See to the disk, then start this process again: what was acknowledged is there.',
});

const isNoSpace = (failure: Error): boolean => 'code' in failure && failure.code === 'ENOSPC';

/** Whether the disk has no room for a commit. lmdb calls a write that ends early an input/output error. */
const isFull = (file: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(file);
    return bavail * bsize < 4 * maxBatchBytes;
  } catch {
    return false;
  }
};

/** A log that its owner may replace by another file. */
export interface OwnerLog extends LogRole {
  /** The streams whose tombstones are durable. */
  readonly tombstoned: () => ReadonlySet<string>;
  /**
   * Resolved when nothing is waiting or being written; the caller sees to it that nothing comes. The index is not written
   * either, until `resume`.
   */
  readonly settled: () => Promise<void>;
  readonly resume: () => void;
  /** Accepts nothing more. */
  readonly fail: (cause: unknown) => void;
  /** Lets go of the file as it is: another one is the log now. */
  readonly discard: () => Promise<void>;
}

type Settle<A> = (result: E.Either<AppendError, A>) => void;

/** The log as the owner of its folder runs it: the only writer, with the heads of streams in memory. */
export const createOwnerLog = (options: OwnerLogOptions): OwnerLog => {
  const { environment, runtime, ids } = options;
  const reader = createLogReader(environment);
  const stored = storedIndex(environment);
  const index = createStreamIndex(environment, stored, options.indexed);
  let failed: StoreFailed | undefined;
  /** Tombstones and metadata that take effect once they are durable, in the order of the log. */
  const controls: Array<{ readonly position: number; readonly apply: () => void }> = [];

  reader.scan(options.indexed, options.last, (entry, position) => {
    index.replay(entry, position);
    if (isEventEntry(entry)) ids.add(entry[2], { stream: entry[0], revision: entry[1] });
  });

  const commit = createGroupCommit({
    environment,
    runtime,
    next: options.last + 1,
    gap: options.last - reader.last(),
    alongside: () => indexWriter.alongside(),
    apply: (last) => {
      while (controls[0] !== undefined && controls[0].position <= last) controls.shift()?.apply();
    },
    publish: (events, last) => {
      options.onDurable(events, last);
      indexWriter.onDurable();
    },
    onFailure: (failure) => {
      failed = failedError(failure, environment.file);
      options.onFailure(failed);
    },
  });
  const indexWriter = createIndexWriter({ index, commit, runtime });

  const settleWhenDurable = <A>(position: number, settle: Settle<A>, result: E.Either<AppendError, A>): void => {
    commit.whenDurable(position, (failure) => {
      settle(failure === undefined ? result : E.left(failed ?? failedError(failure, environment.file)));
    });
  };

  const idAt = (state: StreamState, revision: number): string | undefined => {
    const positions = streamPositions(stored, state, revision, revision);
    return (commit.pending(positions[0] ?? 0) ?? reader.eventsAt(positions).events[0])?.id;
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
    const state = index.findOrCreate(stream);
    const texts: Array<string> = [];
    let characters = 0;
    for (const { id, type, data, metadata } of events) {
      const entry: LogEntry = [stream, state.head + 1 + texts.length, id, type, data, metadata, created];
      const text = JSON.stringify(entry);
      characters += text.length;
      texts.push(text);
    }
    if (characters * 3 + events.length * eventFramingBytes > maxBatchBytes) {
      const bytes = batchBytes(events);
      if (bytes > maxBatchBytes) {
        settle(E.left({ _tag: 'BatchTooLarge', code: 'batch_too_large', bytes, limit: maxBatchBytes }));
        return;
      }
    }
    let position = 0;
    let revision = Revision(0);
    for (let index = 0; index < events.length; index += 1) {
      const { id, type, data, metadata } = events[index] as ProposedEvent;
      position = commit.next();
      pushPosition(state, position);
      revision = Revision(state.head);
      if (remember) ids.add(id, { stream, revision: state.head });
      commit.add(texts[index] as string, {
        stream,
        revision,
        id,
        type,
        data: frozenJson(data),
        metadata: frozenJson(metadata),
        created,
        position: Position(position),
        decoded: undefined,
      });
    }
    index.touch(state);
    settleWhenDurable(position, settle, E.right({ revision, position: Position(position) }));
  };

  const append = (
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    expected: ExpectedRevision,
    settle: Settle<AppendResult>,
  ): void => {
    const state = index.find(stream);
    const decision = decideAppend(stream, state, events, expected, ids, idAt);
    switch (decision._tag) {
      case 'Append':
        write(stream, events, expected === 'any', settle);
        return;
      case 'Conflict':
        // Told when what it conflicts with is durable: whoever reads the stream then must find it there.
        settleWhenDurable(state === undefined ? 0 : headPosition(state), settle, E.left(conflictWith(stream, state, expected)));
        return;
      case 'Tombstoned':
        settleWhenDurable(commit.next() - 1, settle, E.left(tombstonedError(stream)));
        return;
      case 'Repeated': {
        const last = decision.first + events.length - 1;
        const position = state === undefined ? 0 : (streamPositions(stored, state, last, last)[0] ?? 0);
        settleWhenDurable(position, settle, E.right({ revision: Revision(last), position: Position(position) }));
      }
    }
  };

  const addControl = (text: string, apply: () => void): void => {
    controls.push({ position: commit.next(), apply });
    commit.add(text, undefined);
  };

  const tombstone = (stream: StreamName, settle: Settle<void>): void => {
    const state = index.findOrCreate(stream);
    if (state.tombstone === 'none') {
      state.tombstone = 'pending';
      index.touch(state);
      addControl(JSON.stringify([stream, tombstoneKind, runtime.clock.now()]), () => {
        index.bury(state);
      });
    }
    settleWhenDurable(commit.next() - 1, settle, E.right(undefined));
  };

  const setMetadata = (stream: StreamName, { maxCount }: StreamMetadata, settle: Settle<void>): void => {
    const state = index.findOrCreate(stream);
    if (state.tombstone !== 'none') {
      settleWhenDurable(commit.next() - 1, settle, E.left(tombstonedError(stream)));
      return;
    }
    const kept = maxCount === undefined ? {} : { maxCount };
    index.touch(state);
    addControl(JSON.stringify([stream, metadataKind, runtime.clock.now(), kept]), () => {
      state.maxCount = maxCount ?? 0;
      index.touch(state);
    });
    settleWhenDurable(commit.next() - 1, settle, E.right(undefined));
  };

  const writing = <A>(run: (settle: Settle<A>) => void): Promise<E.Either<AppendError, A>> =>
    new Promise((resolve) => {
      if (failed === undefined) run(resolve);
      else resolve(E.left(failed));
    });

  return {
    name: 'owner',
    append: (stream, events, expected) =>
      new Promise((resolve) => {
        if (failed === undefined) append(stream, events, expected, resolve);
        else resolve(E.left(failed));
      }),
    setMetadata: (stream, metadata) =>
      writing((settle) => {
        setMetadata(stream, metadata, settle);
      }),
    tombstone: (stream) =>
      writing((settle) => {
        tombstone(stream, settle);
      }),
    read: (stream, readOptions) => readStream(stored, reader, index.find(stream), commit.durable(), readOptions),
    readAll: (readOptions) =>
      reader.readAll({ ...readOptions, after: readOptions.after === 'start' ? 0 : Number(readOptions.after) }, commit.durable(), index.tombstoned),
    readAt: (places, readOptions) => reader.readAt(places, readOptions, commit.durable(), index.tombstoned),
    metadata: (stream) => {
      const state = index.find(stream);
      if (state?.tombstone === 'durable') return 'tombstoned';
      return state === undefined || state.maxCount === 0 ? {} : { maxCount: state.maxCount };
    },
    durable: commit.durable,
    look: commit.durable,
    follow: () => undefined,
    tombstoned: () => index.tombstoned,
    settled: () => {
      indexWriter.stop();
      return commit.idle();
    },
    resume: indexWriter.resume,
    fail: commit.fail,
    discard: async () => {
      indexWriter.stop();
      await commit.idle();
      await closeEnvironment(environment);
    },
    close: async () => {
      await commit.idle();
      indexWriter.stop();
      await indexWriter.finish();
      // After a failed write lmdb would wait for its flush for ever: the file is closed when the process ends.
      if (failed === undefined) await closeEnvironment(environment);
    },
  };
};
