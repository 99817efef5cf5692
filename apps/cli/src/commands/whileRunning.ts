import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { World } from '../World.js';

/** Looks how far something is while it runs, `every` milliseconds, and shows it; nothing is shown any more once it is through. */
export const whileRunning =
  <S, E, A>({ runtime }: World, every: number, look: () => Promise<S>, show: (seen: S) => void, run: TE.TaskEither<E, A>): TE.TaskEither<E, A> =>
  async () => {
    let isThrough = false;
    let cancel = (): void => undefined;
    const again = (): void => {
      cancel = runtime.timers.setBackgroundTimeout(() => void lookOnce(), every);
    };
    const lookOnce = async (): Promise<void> => {
      const seen = await look();
      if (isThrough) return;
      show(seen);
      again();
    };
    again();
    try {
      return await run();
    } finally {
      isThrough = true;
      cancel();
    }
  };
