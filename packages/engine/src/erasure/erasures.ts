import { type Actor, type StreamNames, type UserId, encodeEvent, isUserId, schemaVersionOf } from '@account-data/domain';
import { type AppendError, type EventStore, type Position, type ReadError, type RecordedEvent, type Revision, StreamName } from '@account-data/event-store';
import { type Runtime, nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { CaughtUp } from '../views/catchUp.js';
import { streamPages } from '../views/foldStream.js';
import type { ErasureError, ErasureProgress, ErasureReceipt, ErasureStep, ErasureStepReport, TellRemoved } from './ErasureReceipt.js';

/** What erasures are carried out with. */
export interface ErasureContext {
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly names: StreamNames;
  readonly logId: string;
  /** In the order in which they run. */
  readonly steps: ReadonlyArray<ErasureStep>;
  /** Until reads reflect the erasure with that revision in the stream of erasures. */
  readonly projected: (revision: Revision) => Promise<CaughtUp>;
}

/** Who asks for an erasure, and why. @category model */
export interface EraseOptions {
  readonly actor?: Actor;
  readonly reason?: string;
}

/**
 * The stream of completed erasures. It stands outside the prefix that projections read: to them an erasure is done when
 * it is recorded.
 */
export const completionsStream = (names: StreamNames): StreamName =>
  StreamName(`${names.prefix}account_data_erasure_completions`);

/**
 * Erases a user: records it first, so that nothing can bring the data back, then removes what each part holds. Doing it
 * again is no error and tells again. `tell` hears how far it is.
 */
export const eraseUser =
  (context: ErasureContext, userId: UserId, options: EraseOptions, signal: AbortSignal, tell: (progress: ErasureProgress) => void): TE.TaskEither<ErasureError, ErasureReceipt> =>
  async () => {
    const { store, names, logId } = context;
    const recorded = await recordErasure(context, userId, options)();
    if (E.isLeft(recorded)) return recorded;
    const { erasedAt, revision, position } = recorded.right;
    if ((await context.projected(revision)) === 'closed') return E.left(cutOff);
    const steps: Array<ErasureStepReport> = [];
    for (const { step, run } of context.steps) {
      const progress: ErasureProgress = { userId, step, stepsDone: steps.length, steps: context.steps.length };
      tell(progress);
      const tellRemoved: TellRemoved = (removed, toRemove) => {
        tell({ ...progress, removed, toRemove });
      };
      try {
        steps.push({ step, ...(await run(userId, signal, tellRemoved)) });
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'an unknown error';
        return E.left({
          _tag: 'ErasureIncomplete',
          code: 'erasure_incomplete',
          step,
          message: `The erasure is recorded, but the step "${step}" failed: ${reason}. It is tried again every minute and at the next start; ask for it again to know.`,
        });
      }
    }
    const completed = await store.append(
      completionsStream(names),
      [{ id: nameUuid('UserErasureCompleted', logId, userId), type: 'UserErasureCompleted', data: { userId }, metadata: { schemaVersion: 1 } }],
      'any',
    )();
    if (E.isLeft(completed)) return completed;
    return E.right({ userId, logId, erasedAt, position: position ?? null, steps, final: true });
  };

interface Recorded {
  readonly erasedAt: number;
  readonly revision: Revision;
  readonly position: Position | undefined;
}

type RecordContext = Pick<ErasureContext, 'store' | 'runtime' | 'names' | 'logId'>;

/** Records an erasure, once: from then on nothing shows the user's data. */
export const recordErasure =
  (context: RecordContext, userId: UserId, options: EraseOptions): TE.TaskEither<ReadError | AppendError, Recorded> =>
  async () => {
    const { store, runtime, names, logId } = context;
    const id = nameUuid('UserErased', logId, userId);
    const known = await recordedErasure(context, id)();
    if (E.isLeft(known)) return known;
    if (known.right !== undefined) {
      const { created, revision } = known.right;
      return E.right({ erasedAt: created, revision, position: undefined });
    }
    const recorded = await store.append(
      StreamName(names.erasures),
      [
        {
          id,
          ...encodeEvent(
            { type: 'UserErased', data: { userId } },
            {
              schemaVersion: schemaVersionOf('UserErased'),
              actor: options.actor ?? { kind: 'admin', id: 'engine' },
              $correlationId: id,
              origin: 'api',
              ...(options.reason === undefined ? {} : { reason: options.reason }),
            },
          ),
        },
      ],
      'any',
    )();
    if (E.isLeft(recorded)) return recorded;
    const { revision, position } = recorded.right;
    // The time is the store's, so that whoever asks again is told the same.
    const stored = await recordedErasure(context, id)();
    if (E.isLeft(stored)) return stored;
    return E.right({ erasedAt: stored.right?.created ?? runtime.clock.now(), revision, position });
  };

/** Users whose erasure was recorded. */
export const recordedErasures = ({ store, names }: Pick<ErasureContext, 'store' | 'names'>): TE.TaskEither<ReadError, ReadonlySet<UserId>> =>
  usersIn(store, StreamName(names.erasures));

/** Users whose erasure was recorded but not finished. */
export const unfinishedErasures =
  ({ store, names }: Pick<ErasureContext, 'store' | 'names'>): TE.TaskEither<ReadError, ReadonlyArray<UserId>> =>
  async () => {
    const recorded = await usersIn(store, StreamName(names.erasures))();
    if (E.isLeft(recorded)) return recorded;
    if (recorded.right.size === 0) return E.right([]);
    const completed = await usersIn(store, completionsStream(names))();
    if (E.isLeft(completed)) return completed;
    return E.right([...recorded.right].filter((userId) => !completed.right.has(userId)));
  };

const cutOff: ErasureError = {
  _tag: 'ErasureIncomplete',
  code: 'erasure_incomplete',
  step: 'projection',
  message: 'The erasure is recorded, but the engine was closed before anything was removed. The next start finishes it.',
};

/** The event that records the erasure; undefined where there is none. */
const recordedErasure =
  ({ store, names }: RecordContext, id: string): TE.TaskEither<ReadError, RecordedEvent | undefined> =>
  async () => {
    for await (const page of streamPages(store, StreamName(names.erasures))) {
      if (E.isLeft(page)) return page;
      if (page.right === 'tombstoned') break;
      const found = page.right.find((event) => event.id === id);
      if (found !== undefined) return E.right(found);
    }
    return E.right(undefined);
  };

const usersIn =
  (store: EventStore, stream: StreamName): TE.TaskEither<ReadError, ReadonlySet<UserId>> =>
  async () => {
    const users = new Set<UserId>();
    for await (const page of streamPages(store, stream)) {
      if (E.isLeft(page)) return page;
      if (page.right === 'tombstoned') break;
      for (const { data } of page.right) {
        const userId = data['userId'];
        if (typeof userId === 'string' && isUserId(userId)) users.add(userId);
      }
    }
    return E.right(users);
  };
