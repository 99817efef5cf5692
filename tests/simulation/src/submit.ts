import type { AccountDataEngine, ChangeResult, CommandError } from '@account-data/engine';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type Outcome, reasonOf, type Wish } from './Attempt.js';

/** How long a simulated client waits for what it awaits, in simulated milliseconds. */
const timeout = 5_000;

const taskOf = (engine: AccountDataEngine, wish: Wish): TE.TaskEither<CommandError, ChangeResult> => {
  const options = {
    reason: reasonOf(wish.attempt),
    await: wish.await,
    timeout,
    ...(wish.requestKey === undefined ? {} : { requestKey: wish.requestKey }),
  };
  const { tasks } = engine;
  if (wish._tag === 'Tag') {
    return wish.order === null
      ? tasks.removeTag(wish.userId, wish.roomId, wish.tag, options)
      : tasks.setTag(wish.userId, wish.roomId, wish.tag, { order: wish.order }, options);
  }
  const [first, ...more] = wish.items;
  if (first === undefined) throw new RangeError('A wish has at least one item.');
  if (more.length === 0) return tasks.setAccountData(wish.userId, first.roomId, first.type, first.content, options);
  return tasks.batch(
    wish.userId,
    wish.items.map((item) => ({ _tag: 'SetAccountData', ...item })),
    options,
  );
};

/** Asks the engine for it. Never settles where the process dies first. */
export const submit = async (engine: AccountDataEngine, wish: Wish): Promise<Outcome> => {
  const answer = await taskOf(engine, wish)();
  if (E.isRight(answer)) {
    const { revisions, repeated, delivery } = answer.right;
    return { _tag: 'Accepted', revisions, repeated, delivery };
  }
  return answer.left.code === 'outcome_unknown' ? { _tag: 'Unknown' } : { _tag: 'Refused', code: answer.left.code };
};
