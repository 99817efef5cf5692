import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, it } from 'vitest';
import { type Refusal, refusal } from '../src/Refusal.js';
import { whileOpen } from '../src/whileOpen.js';

it('what was opened is closed whatever becomes of the work', async () => {
  const works: ReadonlyArray<() => Promise<E.Either<Refusal, number>>> = [
    () => Promise.resolve(E.right(1)),
    () => Promise.resolve(E.left(refusal('no', 'No.'))),
    () => Promise.reject(new Error('thrown')),
  ];
  const seen: Array<unknown> = [];
  for (const work of works) {
    const close = (): Promise<void> => {
      seen.push('closed');
      return Promise.resolve();
    };
    seen.push(await whileOpen(TE.right({ close }), () => work)().catch((error: unknown) => error));
  }
  expect(seen).toEqual(['closed', E.right(1), 'closed', E.left(refusal('no', 'No.')), 'closed', new Error('thrown')]);
});
