import type { AccountDataEngine } from '@account-data/engine';
import type { Logger } from 'pino';

/** A projection that stopped for good does not end the server: /readyz says why, and nothing else is answered. */
export const untilReady = async ({ projection }: AccountDataEngine, logger: Logger, stopped: AbortSignal | undefined): Promise<void> => {
  while (stopped?.aborted !== true && !(await projection.waitUntilReady(2_000))) {
    const { failed, position } = projection.health();
    if (failed !== undefined) {
      logger.fatal({ code: failed.code, position: failed.position }, failed.message);
      return;
    }
    logger.info({ position: String(position) }, 'The projection catches up with the log');
  }
};
