import { systemRuntime } from '@account-data/runtime';
import { Revision } from '@account-data/event-store';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isPacked } from '../src/layout/blockTables.js';
import { closeEnvironment } from '../src/layout/Environment.js';
import { openLogFile } from '../src/owner/ownedFile.js';
import { openLmdbEventStore } from '../src/index.js';
import { allIds, named, newEvent, openStore, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

/** Two events of the stream `s` as they were written before entries were packed. */
const plainBlock =
  'AgAAAAIAAAAAAAAAAAAAAAsBAAB+1T8NhQAAAAoBAACvmhHIDkDsBVtbInMiLDAsIjZmMWY0ZjNlLTIyMjItNDIyMi04MjIyLTAwMDAwMDAwMDAwMCIsIkhhcHBlbmVkIix7Im4iOjAsInRleHQiOiJhcyBpdCB3YXMgYXMgaXQgd2FzIGFzIGl0IHdhcyBhcyBpdCB3YXMgIn0se30sMTcwMDAwMDAwMDAwMF0sWyJzIiwxLCI2ZjFmNGYzZS0yMjIyLTQyMjItODIyMi0wMDAwMDAwMDAwMDEiLCJIYXBwZW5lZCIseyJuIjoxLCJ0ZXh0IjoiYXMgaXQgd2FzIGFzIGl0IHdhcyBhcyBpdCB3YXMgYXMgaXQgd2FzICJ9LHt9LDE3MDAwMDAwMDAwMDFdXQ==';
const id = (n: number): string => `6f1f4f3e-2222-4222-8222-00000000000${n}`;

it('a log written before entries were packed is read, goes on packed, and is packed as a whole by a compaction', async () => {
  const path = join(temporaryFolder(), 'store');
  await (await right(openLmdbEventStore({ path, runtime: systemRuntime }))).close();
  const environment = openLogFile(join(path, 'events-1.mdb'), false, true);
  await environment.log.put(1, Buffer.from(plainBlock, 'base64'));
  await closeEnvironment(environment);

  const store = await openStore(path);
  expect(await allIds(store)).toEqual([id(0), id(1)]);
  const later = newEvent({ text: 'as it is now '.repeat(4) });
  expect(await right(store.append(named('s'), [later], Revision(1)))).toMatchObject({ revision: '2', position: '3' });
  const beside = await openStore(path, 'auto');
  for (const reader of [store, beside]) {
    expect(await allIds(reader)).toEqual([id(0), id(1), later.id]);
    const stream = await right(reader.read(named('s'), { limit: 10 }));
    expect(stream._tag === 'Events' ? stream.events.map(({ data }) => data) : []).toEqual([
      { n: 0, text: 'as it was '.repeat(4) },
      { n: 1, text: 'as it was '.repeat(4) },
      later.data,
    ]);
  }
  await beside.close();
  await right(store.compact());
  expect(await allIds(store)).toEqual([id(0), id(1), later.id]);
  await store.close();
  const compacted = openLogFile(join(path, 'events-2.mdb'), false, true);
  expect([...compacted.log.getRange()].map(({ value }) => isPacked(value))).toEqual([true]);
  await closeEnvironment(compacted);
});
