import type { AccessLog } from '@account-data/engine';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Logger } from 'pino';
import type { AccessLogConfig } from '../config/ServerConfig.js';

const day = 86_400_000;

/** Deletes what the access log holds for longer than it is to be kept, now and every day. Gives what ends that. */
export const forgetAccesses = (log: AccessLog, { keepDays }: AccessLogConfig, { clock, timers }: Runtime, logger: Pick<Logger, 'info' | 'warn'>): (() => Promise<void>) => {
  if (keepDays === 0) return () => Promise.resolve();
  let cancel = (): void => undefined;
  let closed = false;
  let forgetting = Promise.resolve();
  const forget = async (): Promise<void> => {
    const forgotten = await log.forgetBefore(clock.now() - keepDays * day)();
    if (E.isLeft(forgotten)) logger.warn({ code: forgotten.left.code }, 'Old entries of the access log could not be deleted. It is tried again tomorrow.');
    else if (forgotten.right > 0) logger.info({ months: forgotten.right }, 'Old months of the access log were deleted.');
    if (!closed) cancel = timers.setTimeout(() => { forgetting = forget(); }, day);
  };
  forgetting = forget();
  return async () => {
    closed = true;
    cancel();
    await forgetting;
  };
};
