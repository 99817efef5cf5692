import type { DeliveryRef } from '@account-data/modules';
import type { Logger } from 'pino';

const maxFrames = 6;

/** Where it was thrown. Never the message: it may hold account data. */
const framesOf = (reason: Error): string =>
  (reason.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames)
    .map((line) => line.trim())
    .join('\n');

/**
 * Deals with a promise that was rejected and that nobody waits for. Where it was made within a callback of a module, it
 * harms nobody else: the module is named in the log, and the server goes on. Anything else is a defect of the server,
 * of which it is not known what it leaves undone: it is thrown on, and ends the process as it would by itself.
 */
export const reportStrayRejection = (logger: Logger, delivery: DeliveryRef | undefined, reason: unknown): void => {
  if (delivery === undefined) throw reason;
  const { module, eventId, stream, revision } = delivery;
  const error = reason instanceof Error ? { error: reason.name, stack: framesOf(reason) } : {};
  logger.error(
    { module, eventId, stream, revision: String(revision), ...error },
    'A promise that a callback made and did not await was rejected: the delivery counts as if it had not been made',
  );
};
