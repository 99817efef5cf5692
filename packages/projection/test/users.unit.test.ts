import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from '../src/records/keys.js';
import { lmdbProjectionStorage, memoryProjectionStorage, type UsersQuery } from '../src/index.js';
import { room, setUp, type OpenProjection } from './harness.js';
import { temporaryFolder } from './support/temporaryFolder.js';

const ids = ['@ann:example.org', '@anna:example.org', '@bo:example.org', '@c:a.example', '@c:b.example', '@Z:example.org', '@ﬁ:example.org', '@😀:example.org'];

const allPages = (projection: OpenProjection, query: UsersQuery): ReadonlyArray<string> => {
  const users: Array<string> = [];
  for (let after: string | undefined; ; ) {
    const page = projection.users({ ...query, ...(after === undefined ? {} : { after }) });
    expect(page.users.length).toBeLessThanOrEqual(query.limit ?? 100);
    users.push(...page.users);
    if (page.next === undefined) return users;
    after = page.next;
  }
};

const storages = { memory: memoryProjectionStorage, LMDB: () => lmdbProjectionStorage({ path: temporaryFolder() }) };

describe.each(Object.keys(storages) as ReadonlyArray<keyof typeof storages>)('the users of a projection in %s', (name) => {
  it.each(['all', 'some', 'none'] as const)('are found by what their IDs begin with, page by page (written: %s)', async (written) => {
    const { log, projection } = await setUp({ storage: storages[name]() });
    for (const [index, id] of ids.entries()) {
      if (index % 3 === 0) await log.setTag(id, room, 'u.a');
      else await log.set(id, null, 't', { n: 1 });
      if (index % 3 === 1) await log.setTag(id, room, 'u.a');
      if (index % 4 === 1) await log.delete(id, null, 't');
      if (written === 'some' && index === 4) await projection.flush();
    }
    if (written === 'all') await projection.flush();
    const ordered = [...ids].sort(compareKeys);
    expect(projection.users()).toEqual({ users: ordered });
    fc.assert(
      fc.property(fc.constantFrom('', '@', '@ann', '@ann:example.org', '@c:', '@x', '@😀', 'ann'), fc.integer({ min: 1, max: 4 }), (prefix, limit) => {
        expect(allPages(projection, { prefix, limit })).toEqual(ordered.filter((id) => id.startsWith(prefix)));
      }),
    );
    expect(projection.users({ prefix: '@ann', after: '@' })).toEqual({ users: ['@ann:example.org', '@anna:example.org'] });
    expect(projection.users({ prefix: '@ann', after: '@b' })).toEqual({ users: [] });
    expect(projection.users({ prefix: `@${'a'.repeat(5_000)}` })).toEqual({ users: [] });
    expect(projection.users({ after: `@bo:example.org${'\u{10FFFE}'.repeat(5_000)}`, limit: 1 }).users).toEqual(['@c:a.example']);
    await projection.close();
  });

  it('are never those who were erased, whatever is written', async () => {
    const { log, projection } = await setUp({ storage: storages[name]() });
    for (const id of ids) await log.set(id, null, 't', { n: 1 });
    await log.erase('@ann:example.org');
    expect(projection.users({ prefix: '@an' })).toEqual({ users: ['@anna:example.org'] });
    await projection.flush();
    await log.erase('@anna:example.org');
    expect(projection.users({ prefix: '@an' })).toEqual({ users: [] });
    await projection.flush();
    expect(projection.users({ prefix: '@an' })).toEqual({ users: [] });
    expect(projection.users({ limit: 1 })).toEqual({ users: ['@Z:example.org'], next: '@Z:example.org' });
    await projection.close();
  });
});
