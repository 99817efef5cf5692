import type { FastifyInstance } from 'fastify';
import type { ServerConfig } from '../config/ServerConfig.js';
import { ServerStartError } from '../ServerStartError.js';

/** Listens where the configuration says; gives what announcements name. */
export const listen = async (app: FastifyInstance, config: ServerConfig): Promise<string> => {
  const { host, port, publicUrl } = config.server;
  try {
    const url = await app.listen({ host, port });
    return publicUrl ?? url;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'EADDRINUSE') {
      throw new ServerStartError('address_in_use', `${host}:${String(port)} is taken by another program. Set server.port or ACCOUNT_DATA_PORT.`, error);
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new ServerStartError('address_unusable', `${host}:${String(port)} can't be listened at (${code}). Set server.host and server.port.`, error);
    }
    throw error;
  }
};
