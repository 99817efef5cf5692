import type { HostLogger } from '@account-data/modules';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from '../config/ServerConfig.js';

/** What the program calls itself in its log. */
export const logName = 'account-data';

/**
 * The program's log: one JSON object a line. Fields are ids, types, positions and durations, never contents of account
 * data and never tokens: nothing logs a request's headers, body or query. Should a header slip in, it is struck out.
 *
 * @category constructors
 */
export const makeLogger = (level: LogLevel, destination: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { name: logName },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['authorization', 'headers.authorization', '*.headers.authorization', 'token', '*.token', 'content', '*.content'],
        censor: '[redacted]',
      },
    },
    destination,
  );

/** The same log as modules and the engine write to it. Bigints become decimal strings. @category constructors */
export const hostLogger = (logger: Logger): HostLogger => ({
  log: (level, message, fields) => {
    if (!logger.isLevelEnabled(level)) return;
    const plain: Record<string, string | number | boolean | null> = {};
    for (const [key, value] of Object.entries(fields)) plain[key] = value;
    logger[level](plain, message);
  },
});
