import type { Runtime } from '@account-data/runtime';
import { refuse } from '../LmdbOpenError.js';

/** What work on a whole log needs of whoever asks for it. @category model */
export interface LongWork {
  readonly runtime: Pick<Runtime, 'timers'>;
  /** Ends the work between two of its parts, with `store_interrupted`; what it was writing is removed. */
  readonly signal?: AbortSignal;
}

/**
 * Told after each piece of long work how many bytes it was: a promise where it is time for whatever else waits in the
 * process, which rejects where the work is to end there.
 */
export type Breathe = (bytes: number) => Promise<void> | undefined;

/** About how many bytes are read or written before other work of the process has its turn. */
export const sliceBytes = 512 * 1024;

/** `path` is what the work is on, for the error of an end before it is through. @category constructors */
export const breathing = (path: string, { runtime, signal }: LongWork): Breathe => {
  let done = 0;
  const turn = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      runtime.timers.defer(resolve);
    });
    if (signal?.aborted === true) refuse('store_interrupted', path, `The work on ${path} was ended before it was through.`);
  };
  return (bytes) => {
    done += bytes;
    if (done < sliceBytes) return undefined;
    done = 0;
    return turn();
  };
};
