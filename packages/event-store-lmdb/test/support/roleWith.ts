import * as E from 'fp-ts/lib/Either.js';
import type { LogRole } from '../../src/LogRole.js';

/** An owner whose log is empty, and that appends as it is told. */
export const roleWith = (append: LogRole['append']): LogRole => ({
  name: 'owner',
  append,
  setMetadata: () => Promise.resolve(E.right(undefined)),
  tombstone: () => Promise.resolve(E.right(undefined)),
  read: () => ({ _tag: 'NoStream' }),
  readAll: ({ after }) => ({ events: [], next: after, isEnd: true }),
  readAt: () => [],
  metadata: () => ({}),
  durable: () => 0,
  look: () => 0,
  follow: () => undefined,
  close: () => Promise.resolve(),
});
