import { type Backoff, backoffDelay, pause } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RebuildError } from '../errors.js';
import type { LiveModel } from './LiveModel.js';
import type { OpenModelOptions } from './openModel.js';

/** Between two attempts, in milliseconds. */
const retry: Backoff = { first: 200, longest: 30_000 };

/**
 * Builds a projection anew whose storage is damaged, again and again until it is whole or closed: while another operation
 * runs, the log can't be read, or the disk is full.
 */
export const healProjection = async (
  live: LiveModel,
  { logger }: OpenModelOptions,
  rebuild: TE.TaskEither<RebuildError, unknown>,
): Promise<void> => {
  const closing = new AbortController();
  const forget = live.onClose(() => {
    closing.abort();
  });
  const isDamaged = (): boolean => !live.closed && live.projector.failed?.code === 'storage_damaged';
  for (let attempt = 1; isDamaged(); attempt += 1) {
    const outcome = await rebuild();
    if (E.isRight(outcome)) logger?.log('info', 'The damaged projection was built anew from the log.', { position: live.model.position });
    if (E.isRight(outcome) || !isDamaged()) break;
    logger?.log('error', 'The damaged projection could not be built anew yet; it is tried again.', { code: outcome.left.code, attempt });
    await pause(live.options.runtime, backoffDelay(live.options.runtime, retry, attempt), { signal: closing.signal, isBackground: true });
  }
  forget();
};
