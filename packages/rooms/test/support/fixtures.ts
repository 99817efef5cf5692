import { type UserId, streamNames } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';

export const names = streamNames();

export const alice = '@alice:example.org' as UserId;
export const bob = '@bob:example.org' as UserId;

export const right = <L, A>(either: E.Either<L, A>): A => {
  if (E.isLeft(either)) throw new Error(`Unexpected left: ${JSON.stringify(either.left)}`);
  return either.right;
};

/** Waits until the condition holds; fails after a generous time. */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  what: string,
  patience = 15_000,
): Promise<void> => {
  const end = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`It never happened: ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
};
