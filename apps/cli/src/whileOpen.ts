import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from './Refusal.js';

/**
 * Works on what was opened, and closes it whatever becomes of the work. `TE.bracket` does not close what a work that throws
 * has used, as one that can't write its output: a server that runs for the command would keep it from ending.
 *
 * @category combinators
 */
export const whileOpen =
  <Opened extends { readonly close: () => Promise<void> }, A>(
    open: TE.TaskEither<Refusal, Opened>,
    work: (opened: Opened) => TE.TaskEither<Refusal, A>,
  ): TE.TaskEither<Refusal, A> =>
  async () => {
    const opened = await open();
    if (E.isLeft(opened)) return opened;
    try {
      return await work(opened.right)();
    } finally {
      await opened.right.close();
    }
  };
