import type { StoreDamaged } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { damageAdvice, StoreDamage } from './layout/StoreDamage.js';

const damagedError = ({ message, from, to }: StoreDamage): StoreDamaged => ({
  _tag: 'StoreDamaged',
  code: 'store_damaged',
  message: `${message} ${damageAdvice}`,
  ...(from === undefined || to === undefined ? {} : { from: String(from), to: String(to) }),
});

const told = (cause: unknown): E.Either<StoreDamaged, never> => {
  if (cause instanceof StoreDamage) return E.left(damagedError(cause));
  throw cause;
};

/** Does what may meet damage, and tells of it as an error. Each append goes this way: it costs one promise. */
export const tellingDamage = <L, A>(run: () => Promise<E.Either<L, A>>): Promise<E.Either<L | StoreDamaged, A>> => {
  try {
    return run().then<E.Either<L | StoreDamaged, A>, E.Either<StoreDamaged, never>>(undefined, told);
  } catch (cause) {
    return Promise.resolve(cause).then(told);
  }
};
