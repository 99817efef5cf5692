import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { jwtRefusals, type JwtRefusal } from '../auth/JwtRefusal.js';

/** Counts refused JSON Web Tokens by their reason, and says it at level debug. @category constructors */
export const noteJwtRefusals = (registry: Registry, logger: Logger): ((reason: JwtRefusal) => void) => {
  const refused = new Counter({
    name: 'account_data_jwt_refused_total',
    help: `JSON Web Tokens that were not taken: ${jwtRefusals.join(', ')}.`,
    labelNames: ['reason'],
    registers: [registry],
  });
  return (reason) => {
    refused.inc({ reason });
    logger.debug({ reason }, 'A JSON Web Token was refused');
  };
};
