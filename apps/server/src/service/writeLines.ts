import type { ServerResponse } from 'node:http';

/**
 * Writes items to an answer as fast as its reader takes them: nothing piles up in memory. Ends early when the signal is
 * aborted.
 */
export const writeLines = async <A>(
  items: AsyncIterable<A>,
  response: ServerResponse,
  signal: AbortSignal,
  textOf: (item: A) => string,
): Promise<void> => {
  for await (const item of items) {
    if (signal.aborted) return;
    if (!response.write(textOf(item))) await drained(response, signal);
  }
};

/** Resolved when the socket has room again, or is gone. */
const drained = (response: ServerResponse, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle);
      signal.removeEventListener('abort', settle);
      resolve();
    };
    response.once('drain', settle);
    signal.addEventListener('abort', settle);
    if (signal.aborted) settle();
  });
