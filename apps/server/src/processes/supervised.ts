import cluster from 'node:cluster';

/** What a process of several hears of the one that started it, and tells it. @category model */
export interface Supervised {
  /** Aborted when the server is about to stop: it gets unready, and what only waits is ended. */
  readonly draining: AbortSignal;
  /** Aborted when this process is to stop. */
  readonly stopped: AbortSignal;
  readonly tellReady: () => void;
  /** Lets go of the other process, so that this one ends when it has nothing else to do. */
  readonly leave: () => void;
}

/** What is said between the processes. */
export type SupervisorWord = 'drain' | 'stop';
export const readyWord = 'ready';
export const hearsWord = 'hears';

/**
 * This process, where another one started it among several. Signals are left to that one, since a terminal and systemd send them to
 * all at once; when it has died, `node:cluster` ends this one.
 *
 * @category constructors
 */
export const supervised = (): Supervised => {
  const draining = new AbortController();
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  process.on('message', (word) => {
    if (word === 'drain') draining.abort();
    if (word === 'stop') stopped.abort();
  });
  process.send?.(hearsWord);
  return {
    draining: draining.signal,
    stopped: stopped.signal,
    tellReady: () => { process.send?.(readyWord); },
    leave: () => { cluster.worker?.disconnect(); },
  };
};
