import type { UserId } from '@account-data/domain';
import type { ReadError } from '@account-data/event-store';
import type { HostLogger } from '@account-data/modules';
import { type CancelTimer, withDeadline } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ErasureError, ErasureProgress, ErasureReceipt } from './ErasureReceipt.js';
import { type EraseOptions, type ErasureContext, eraseUser, unfinishedErasures } from './erasures.js';

/** Sees to it that every recorded erasure comes to its end. */
export interface ErasureKeeper {
  /** Erases a user. What could not be finished while the caller waited goes on in the background. */
  readonly erase: (userId: UserId, options?: EraseOptions) => TE.TaskEither<ErasureError, ErasureReceipt>;
  /** How far each erasure is that runs. */
  readonly running: () => ReadonlyArray<ErasureProgress>;
  /** Finishes what was cut off before; what has to wait for a world outside goes on in the background. */
  readonly resume: () => TE.TaskEither<ReadError, void>;
  /** Ends what runs in the background, which the next start goes on with. */
  readonly close: () => Promise<void>;
}

/** How long a caller waits for a world outside, in milliseconds. */
const patience = 25_000;

/** How long a start waits for it, in milliseconds. */
const patienceAtStart = 5_000;

/** How long after a failure erasures are tried again, in milliseconds. */
const retryAfter = 60_000;

/** Makes the keeper of erasures, which tries again what was cut short. @category constructors */
export const erasureKeeper = (context: ErasureContext, logger: HostLogger | undefined): ErasureKeeper => {
  const { runtime } = context;
  const closing = new AbortController();
  const progress = new Map<UserId, ErasureProgress>();
  let cancelRetry: CancelTimer | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const carryOut = async (userId: UserId, options: EraseOptions, signal: AbortSignal): Promise<E.Either<ErasureError, ErasureReceipt>> => {
    try {
      return await eraseUser(context, userId, options, signal, (told) => void progress.set(userId, told))();
    } finally {
      progress.delete(userId);
    }
  };

  const finishAll = async (signal: AbortSignal): Promise<E.Either<ReadError, void>> => {
    const unfinished = await unfinishedErasures(context)();
    if (E.isLeft(unfinished)) return unfinished;
    for (const userId of unfinished.right) {
      if (closing.signal.aborted) break;
      const finished = await carryOut(userId, {}, signal);
      if (E.isRight(finished)) report(finished.right, logger);
      else {
        logger?.log('error', 'An erasure could not be finished', { code: finished.left.code });
        retryLater();
      }
    }
    return E.right(undefined);
  };

  const retryLater = (): void => {
    if (closing.signal.aborted || cancelRetry !== undefined) return;
    cancelRetry = runtime.timers.setBackgroundTimeout(() => {
      cancelRetry = undefined;
      running = finishAll(closing.signal).then((finished) => {
        if (E.isRight(finished)) return;
        logger?.log('error', 'What is left of erasures can not be read', { code: finished.left.code });
        retryLater();
      });
    }, retryAfter);
  };

  return {
    erase: (userId, options = {}) => async () => {
      const erased = await withDeadline(runtime, patience, (signal) => carryOut(userId, options, signal), closing.signal);
      if (E.isLeft(erased) && erased.left.code === 'erasure_incomplete') retryLater();
      return erased;
    },
    running: () => [...progress.values()],
    resume: () => () => withDeadline(runtime, patienceAtStart, finishAll, closing.signal),
    close: async () => {
      closing.abort();
      cancelRetry?.();
      await running;
    },
  };
};

/** Nobody is given the receipt of an erasure that is finished in the background: what remains outside is logged. */
const report = ({ steps }: ErasureReceipt, logger: HostLogger | undefined): void => {
  const remains = steps.find(({ step }) => step === 'redactions')?.remains ?? [];
  for (const message of remains) logger?.log('warn', 'Something about an erased user remains', { remains: message });
};
