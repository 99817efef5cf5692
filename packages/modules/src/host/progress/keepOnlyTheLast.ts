import type { AppendError, ReadError } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { TermOptions } from '../TermOptions.js';

/** Old progress tells nothing: only the last event is kept. */
export const keepOnlyTheLast = async ({ store, progressStream, logger }: Pick<TermOptions, 'store' | 'progressStream' | 'logger'>): Promise<void> => {
  const metadata = await store.streamMetadata(progressStream)();
  if (E.isRight(metadata) && metadata.right.maxCount === 1) return;
  const set: E.Either<AppendError | ReadError, void> = await store.setStreamMetadata(progressStream, { maxCount: 1 })();
  if (E.isLeft(set)) logger.log('warn', 'Old progress of the modules can not be limited', { code: set.left.code });
};
