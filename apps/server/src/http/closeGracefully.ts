import type { Timers } from '@account-data/runtime';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server. @category model */
export interface Connections {
  readonly open: () => Iterable<Socket>;
}

/** Follows the connections of a server from now on. @category constructors */
export const trackConnections = (server: Server): Connections => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return { open: () => sockets };
};

/** Between two looks at what is still under way, in milliseconds. */
const interval = 20;

/** How long a connection is left to a client whose next request may be under way, in milliseconds. */
const grace = 100;

/**
 * Stops listening and waits until every request is answered, at most `timeout` milliseconds; then lets go of the
 * connections. Node by itself would wait for ever for a connection that never sent a request.
 */
export const closeGracefully = async (
  app: FastifyInstance,
  options: {
    readonly connections: Connections;
    /** Whether requests are still being answered. */
    readonly busy: () => boolean;
    readonly timers: Timers;
    readonly timeout: number;
  },
): Promise<void> => {
  const { connections, busy, timers, timeout } = options;
  let quiet = 0;
  let waited = 0;
  let cancel = (): void => undefined;
  const look = (): void => {
    waited += interval;
    quiet = busy() ? 0 : quiet + interval;
    const overdue = waited >= timeout;
    if (overdue || quiet >= grace) {
      for (const socket of connections.open()) if (overdue || socket.writableLength === 0) socket.destroy();
    }
    cancel = timers.setTimeout(look, interval);
  };
  const closing = app.close();
  cancel = timers.setTimeout(look, interval);
  await closing;
  cancel();
};
