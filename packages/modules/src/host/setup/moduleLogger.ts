import type { LogFields, ModuleLogger } from '../../api/DeliveryApi.js';
import type { HostLogger, LogLevel } from '../../api/ports.js';
import { type RedactedChange, redactContent } from '../delivery/redactContent.js';

/** Writes into the host's log under the module's name, with the account data of the delivery at hand struck out. */
export const moduleLogger = (
  logger: HostLogger,
  module: string,
  changeAtHand: () => RedactedChange | undefined,
): ModuleLogger => {
  const log = (level: LogLevel, message: string, fields: LogFields): void => {
    const change = changeAtHand();
    if (change === undefined) {
      logger.log(level, message, { ...fields, module });
      return;
    }
    const cleaned: Record<string, LogFields[string]> = {};
    for (const [name, value] of Object.entries(fields)) {
      cleaned[name] = typeof value === 'string' ? redactContent(value, change) : value;
    }
    logger.log(level, redactContent(message, change), { ...cleaned, module });
  };
  return Object.freeze<ModuleLogger>({
    debug: (message, fields = {}) => {
      log('debug', message, fields);
    },
    info: (message, fields = {}) => {
      log('info', message, fields);
    },
    warn: (message, fields = {}) => {
      log('warn', message, fields);
    },
    error: (message, fields = {}) => {
      log('error', message, fields);
    },
  });
};
