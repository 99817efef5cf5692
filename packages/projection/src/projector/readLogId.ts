import { decodeStored, type StreamNames } from '@account-data/domain';
import { StreamName, type EventStore, type ReadError } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';

/** The log has no `LogCreated` yet, or one that can't be read. Whoever owns the log (the engine) appends it first. @category errors */
export interface LogUnknown {
  readonly _tag: 'LogUnknown';
  readonly code: 'log_unknown';
  readonly message: string;
}

const unknown = (message: string): LogUnknown => ({ _tag: 'LogUnknown', code: 'log_unknown', message });

/** The log's identity: what its first `LogCreated` says. @category combinators */
export const readLogId = (store: EventStore, names: StreamNames): TE.TaskEither<ReadError | LogUnknown, string> =>
  pipe(
    store.read(StreamName(names.log), { limit: 1 }),
    TE.flatMapEither((slice): E.Either<ReadError | LogUnknown, string> => {
      const event = slice._tag === 'Events' ? slice.events[0] : undefined;
      if (event === undefined) {
        return E.left(unknown(`The stream ${names.log} has no LogCreated event yet: the log must be created before it is projected.`));
      }
      const decoded = decodeStored(event);
      if (E.isRight(decoded) && decoded.right.event.type === 'LogCreated') return E.right(decoded.right.event.data.logId);
      const why = E.isLeft(decoded) ? decoded.left.message : `Its first event is ${event.type}.`;
      return E.left(unknown(`The stream ${names.log} does not tell the log's identity. ${why}`));
    }),
  );
