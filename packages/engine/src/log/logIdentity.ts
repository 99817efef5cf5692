import { encodeEvent, schemaVersionOf } from '@account-data/domain';
import type { AppendError, EventStore, ReadError, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';

/** The log's identity, and whether this call began the log. */
export interface LogIdentity {
  readonly logId: string;
  readonly isNew: boolean;
}

/**
 * The identity of the log: the `logId` of the first event of its `account_data_log` stream, written once by whoever
 * comes first. Every token, cursor and checkpoint names it, so that a position of another log is refused.
 */
export const logIdentity =
  (store: EventStore, stream: StreamName, runtime: Runtime): TE.TaskEither<AppendError | ReadError, LogIdentity> =>
  async () => {
    for (;;) {
      const slice = await store.read(stream, { limit: 1 })();
      if (E.isLeft(slice)) return slice;
      if (slice.right._tag === 'Events') {
        const logId = slice.right.events[0]?.data['logId'];
        if (typeof logId !== 'string') throw new Error(`The first event of the stream ${stream} names no logId.`);
        return E.right({ logId, isNew: false });
      }
      const logId = runtime.random.uuid();
      const id = runtime.random.uuid();
      const created = encodeEvent(
        { type: 'LogCreated', data: { logId } },
        {
          schemaVersion: schemaVersionOf('LogCreated'),
          actor: { kind: 'service', id: 'account-data-engine' },
          $correlationId: id,
          origin: 'api',
        },
      );
      const appended = await store.append(stream, [{ id, ...created }], 'no-stream')();
      if (E.isRight(appended)) return E.right({ logId, isNew: true });
      if (appended.left._tag !== 'RevisionConflict') return appended;
    }
  };
