import type { Socket } from 'node:net';
import type { Timers } from '@account-data/runtime';

/**
 * Writes to a socket in one piece what comes within one turn of the event loop: a call of the system, and waking up who reads, cost more than
 * a line does. What was written before the socket is ended still goes.
 */
export const turnWriter = (socket: Socket, { defer }: Pick<Timers, 'defer'>): ((text: string) => void) => {
  let isGathering = false;
  return (text) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      defer(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    socket.write(text);
  };
};
