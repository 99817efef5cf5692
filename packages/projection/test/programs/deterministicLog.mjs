// A log in memory that is the same in every process: event n depends on n alone. Used by tests in two processes.
import { createInMemoryEventStore } from '@account-data/event-store';
import { streamNames } from '@account-data/domain';
import { systemRuntime } from '@account-data/runtime';

const names = streamNames();
const uuid = (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

const metadataOf = (n, userId) => ({
  schemaVersion: 1,
  actor: { kind: 'user', id: userId },
  $correlationId: 'c',
  origin: 'api',
  ...(n % 7 === 0 ? { requestKey: { key: `k${n}`, fingerprint: 'f', count: 1, index: 0 } } : {}),
});

const eventAt = (n) => {
  const userId = `@user${(n * 7919) % 401}:example.org`;
  const roomId = n % 3 === 0 ? `!room${n % 5}:example.org` : null;
  if (n % 11 === 0) {
    const tag = { userId, roomId: `!room${n % 4}:example.org`, tag: `u.${n % 3}` };
    return n % 22 === 0
      ? { stream: names.tags(userId), type: 'RoomTagSet', data: { ...tag, content: { order: 0.5 } }, userId }
      : { stream: names.tags(userId), type: 'RoomTagRemoved', data: tag, userId };
  }
  const content = n % 17 === 0 ? {} : { n, text: 'x'.repeat(n % 300) };
  return { stream: names.accountData(userId), type: 'AccountDataUpdated', data: { userId, roomId, type: `t${n % 23}`, content }, userId };
};

export const openLog = async () => {
  let now = 1_000_000;
  const runtime = { ...systemRuntime, clock: { ...systemRuntime.clock, now: () => now } };
  const store = createInMemoryEventStore({ runtime });
  let next = 0;
  const append = async (stream, event) => {
    const appended = await store.append(stream, [event], 'any')();
    if (appended._tag === 'Left') throw new Error(appended.left._tag);
  };
  await append(names.log, {
    id: uuid(0xffffffff),
    type: 'LogCreated',
    data: { logId: 'deterministic' },
    metadata: { schemaVersion: 1, actor: { kind: 'admin', id: 'a' }, $correlationId: 'c', origin: 'api' },
  });
  /** Appends until the log has so many events. */
  const fillTo = async (count) => {
    const appends = [];
    for (; next < count; next += 1) {
      const { stream, type, data, userId } = eventAt(next);
      now += 1;
      const appending = append(stream, { id: uuid(next), type, data, metadata: metadataOf(next, userId) });
      appends.push(appending);
      // One by one, so that each is recorded at its own time.
      await appending;
    }
  };
  return { store, names, fillTo, count: () => next };
};
