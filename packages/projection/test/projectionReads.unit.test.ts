import { actorKey } from '@account-data/domain';
import { isAfter, plus, Position, Revision } from '@account-data/event-store';
import { describe, expect, it } from 'vitest';
import { alice, bob, metadataOf, room, setUp } from './harness.js';

const frozenDeeply = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozenDeeply));

describe('the current state', () => {
  it('is readable in the turn in which the append is acknowledged', async () => {
    const { log, projection } = await setUp();
    const acknowledged = log.set(alice, null, 'org.example.theme', { dark: true }).then(() => projection.get(alice, null, 'org.example.theme'));
    expect(await acknowledged).toMatchObject({ content: { dark: true }, revision: '0', deleted: false });
  });

  it.each([false, true])('tells content, revision, position, time and event id (written: %s)', async (written) => {
    let now = 1_000;
    const { log, projection } = await setUp({ clock: () => now });
    await log.set(alice, null, 'a', { n: 1 });
    now = 2_000;
    await log.set(alice, room, 'a', { n: 2, 'ключ': ['☃', { 𝒳: null }] });
    if (written) await projection.flush();
    const entry = projection.get(alice, room, 'a');
    expect(entry).toEqual({
      userId: alice,
      roomId: room,
      type: 'a',
      content: { n: 2, 'ключ': ['☃', { 𝒳: null }] },
      revision: '1',
      position: projection.position(),
      time: 2_000,
      eventId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/) as string,
      deleted: false,
    });
    expect(frozenDeeply(entry)).toBe(true);
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 1 });
    expect(projection.get(alice, '!other:example.org', 'a')).toBeUndefined();
    expect(projection.get(bob, null, 'a')).toBeUndefined();
    expect(projection.getContentText(alice, null, 'a')).toEqual({ text: '{"n":1}', revision: '0', position: projection.get(alice, null, 'a')?.position });
  });

  it('gives the event id that the log has', async () => {
    const { log, store, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    const slice = await store.readAll({ after: 'start', limit: 10 })();
    const event = slice._tag === 'Right' ? slice.right.events.at(-1) : undefined;
    expect(projection.get(alice, null, 'a')?.eventId).toBe(event?.id);
    await projection.flush();
    expect(projection.get(alice, null, 'a')?.eventId).toBe(event?.id);
  });

  it.each([false, true])('keeps a tombstone of a deleted key (written: %s)', async (written) => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    if (written) await projection.flush();
    await log.delete(alice, null, 'a');
    if (written) await projection.flush();
    expect(projection.get(alice, null, 'a')).toMatchObject({ content: {}, deleted: true, revision: '1' });
    expect(projection.getContentText(alice, null, 'a')).toBeUndefined();
    expect(projection.entries(alice)).toEqual([]);
    expect(projection.entries(alice, { includeDeleted: true })).toHaveLength(1);
  });

  it.each([0, 1, 2, 3])('lists keys in order, whatever part of them is written (%s)', async (writtenAfter) => {
    const { log, projection } = await setUp();
    const steps = [
      () => log.set(alice, room, 'b', { n: 1 }),
      () => log.set(alice, null, '\u{1F600}', { n: 2 }),
      () => log.set(alice, null, '\uFFFD', { n: 3 }),
      () => log.set(alice, room, 'a c', { n: 4 }),
    ];
    for (const [i, step] of steps.entries()) {
      await step();
      if (i === writtenAfter) await projection.flush();
    }
    await log.set('@alice:example.org.evil', null, 'x', { n: 5 });
    const listed = projection.entries(alice).map(({ roomId, type, content }) => [roomId, type, content['n']]);
    expect(listed).toEqual([
      [null, '\uFFFD', 3],
      [null, '\u{1F600}', 2],
      [room, 'a c', 4],
      [room, 'b', 1],
    ]);
    expect(projection.entries(alice, { roomId: room }).map(({ type }) => type)).toEqual(['a c', 'b']);
    expect(projection.entries(alice, { roomId: null }).map(({ type }) => type)).toEqual(['\uFFFD', '\u{1F600}']);
  });

  it('lists what changed after a position, deletions included where asked', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await log.set(alice, null, 'b', { n: 1 });
    const then = projection.position();
    await log.set(alice, null, 'c', { n: 1 });
    await log.delete(alice, null, 'a');
    const changed = projection.entries(alice, { changedAfter: then, includeDeleted: true });
    expect(changed.map(({ type, deleted }) => [type, deleted])).toEqual([['a', true], ['c', false]]);
    await projection.flush();
    expect(projection.entries(alice, { changedAfter: then, includeDeleted: true })).toEqual(changed);
    expect(projection.entries(alice, { changedAfter: projection.position() })).toEqual([]);
    expect(projection.entries(alice, { changedAfter: 'start' }).map(({ type }) => type)).toEqual(['b', 'c']);
  });

  it('treats __proto__ and constructor as ordinary names', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, '__proto__', JSON.parse('{"__proto__":{"a":1},"constructor":2}') as { n: number });
    await log.setTag(alice, room, '__proto__', { order: 0.1 });
    await projection.flush();
    expect(JSON.stringify(projection.get(alice, null, '__proto__')?.content)).toBe('{"__proto__":{"a":1},"constructor":2}');
    const tags = projection.tags(alice, room)?.tags ?? {};
    expect(Object.keys(tags)).toEqual(['__proto__']);
    expect(JSON.stringify(tags)).toBe('{"__proto__":{"order":0.1}}');
  });
});

describe('tags', () => {
  it.each([false, true])('are kept per room, empty after the last one was removed (written: %s)', async (written) => {
    const { log, projection } = await setUp();
    const step = async (action: Promise<unknown>): Promise<void> => {
      await action;
      if (written) await projection.flush();
    };
    await step(log.setTag(alice, room, 'm.favourite', { order: 0.1 }));
    await step(log.setTag(alice, room, 'u.work', {}));
    await step(log.setTag(alice, '!other:example.org', 'u.x', {}));
    expect(projection.tags(alice, room)).toEqual({
      userId: alice,
      roomId: room,
      tags: { 'm.favourite': { order: 0.1 }, 'u.work': {} },
      revision: '1',
      position: expect.anything() as unknown,
    });
    expect(frozenDeeply(projection.tags(alice, room))).toBe(true);
    const then = projection.position();
    await step(log.removeTag(alice, room, 'm.favourite'));
    await step(log.removeTag(alice, room, 'u.work'));
    await step(log.removeTag(alice, room, 'never there'));
    expect(projection.tags(alice, room)).toMatchObject({ tags: {}, revision: '5' });
    expect(projection.allTags(alice).map(({ roomId }) => roomId)).toEqual(['!other:example.org', room]);
    expect(projection.allTags(alice, { changedAfter: then }).map(({ roomId }) => roomId)).toEqual([room]);
    expect(projection.tags(bob, room)).toBeUndefined();
    expect(projection.heads(alice)).toEqual({ accountData: 'no-stream', tags: '5' });
  });
});

describe('a view for decisions', () => {
  it('knows head, keys, their number and requests', async () => {
    const { log, projection } = await setUp({ requestKeyWindow: 3 });
    const requestKey = { key: 'k1', fingerprint: 'f', count: 1, index: 0 };
    expect(projection.view(alice)).toMatchObject({ erased: false, head: 'no-stream', keyCount: 0 });
    await log.set(alice, null, 'a', { n: 1 }, { requestKey });
    await log.set(alice, null, 'b', { n: 1 });
    await log.delete(alice, null, 'b');
    const view = projection.view(alice);
    expect(view).toMatchObject({ erased: false, head: '2', keyCount: 1 });
    expect(view.entry(null, 'a' as never)).toMatchObject({ revision: '0', content: { n: 1 }, deleted: false });
    const actor = actorKey(metadataOf().actor);
    expect(view.requestKey(actor, 'k1')).toEqual({ fingerprint: 'f', firstRevision: '0', count: 1 });
    expect(view.requestKey(actor, 'k2')).toBeUndefined();
    expect(projection.requestKey(alice, actor, 'k1')).toEqual({ fingerprint: 'f', firstRevision: '0', count: 1 });
    await projection.flush();
    expect(projection.view(alice).requestKey(actor, 'k1')).toEqual({ fingerprint: 'f', firstRevision: '0', count: 1 });
    await log.set(alice, null, 'c', { n: 1 });
    expect(projection.view(alice)).toMatchObject({ head: '3', keyCount: 2 });
    expect(projection.view(alice).requestKey(actor, 'k1')).toBeUndefined();
  });

  it('forgets requests beyond the window in storage, too, and keeps a key that was used again', async () => {
    const { log, projection, storage } = await setUp({ requestKeyWindow: 5 });
    for (let n = 0; n < 40; n += 1) {
      const key = n % 10 === 9 ? 'again' : `k${n}`;
      await log.set(alice, null, 'a', { n }, { requestKey: { key, fingerprint: `f${n}`, count: 1, index: 0 } });
      await projection.flush();
    }
    const actor = actorKey(metadataOf().actor);
    expect(projection.requestKey(alice, actor, 'again')).toEqual({ fingerprint: 'f39', firstRevision: '39', count: 1 });
    expect(projection.requestKey(alice, actor, 'k35')?.fingerprint).toBe('f35');
    expect(projection.requestKey(alice, actor, 'k34')).toBeUndefined();
    await projection.close();
    const opened = await storage.open((await storage.current()) ?? '');
    let kept = 0;
    opened.scan('requests', { from: '', to: '\u{10FFFF}' }, () => {
      kept += 1;
    });
    expect(kept).toBeLessThanOrEqual(7);
  });

  it('goes on counting bytes once it was asked, as it counts anew, before a flush and after', async () => {
    const { log, projection } = await setUp();
    expect(projection.view(alice).contentBytes).toBe(0);
    expect(projection.tagsView(alice).contentBytes).toBe(0);
    await log.set(alice, null, 'a', { n: 'ü€😀' });
    await log.set(alice, room, 'b', { n: 1 });
    expect(projection.view(alice).contentBytes).toBe(17 + 7);
    await projection.flush();
    await log.set(alice, null, 'a', { n: 22 });
    expect(projection.view(alice).contentBytes).toBe(8 + 7);
    await log.delete(alice, room, 'b');
    await log.delete(alice, room, 'never');
    expect(projection.view(alice).contentBytes).toBe(8);
    await log.set(alice, room, 'b', { n: 1 });
    expect(projection.view(alice).contentBytes).toBe(15);
    await log.setTag(alice, room, 'a');
    await log.setTag(alice, room, 'b');
    await log.removeTag(alice, room, 'a');
    await log.removeTag(alice, room, 'toString');
    expect(projection.tagsView(alice).contentBytes).toBe('{"order":0.5}'.length);
  });

  it('counts tags and knows their revisions', async () => {
    const { log, projection } = await setUp();
    await log.setTag(alice, room, 'a');
    await log.setTag(alice, room, 'b');
    await log.removeTag(alice, room, 'a');
    const view = projection.tagsView(alice);
    expect(view).toMatchObject({ head: '2', keyCount: 1, erased: false });
    expect(view.entry(room as never, 'b' as never)).toEqual({ revision: '1', content: { order: 0.5 }, deleted: false });
    expect(view.entry(room as never, 'a' as never)).toBeUndefined();
    await log.setTag(alice, room, 'c');
    expect(projection.tagsView(alice).keyCount).toBe(2);
  });
});

describe('places in the log', () => {
  it.each([false, true])('are known for every revision of both streams (written: %s)', async (written) => {
    let now = 5_000;
    const { log, projection } = await setUp({ clock: () => now });
    for (let n = 0; n < 700; n += 1) {
      now += n === 300 ? -3_000 : 1;
      await log.set(alice, null, 'a', { n });
      if (written && n % 50 === 0) await projection.flush();
    }
    await log.setTag(alice, room, 'a');
    if (written) await projection.flush();
    const stream = log.names.accountData(alice);
    const places = Array.from({ length: 700 }, (_, n) => projection.locate(stream, Revision(n)));
    expect(places.every((place) => place !== undefined)).toBe(true);
    expect(places.every((place, i) => i === 0 || isAfter(place?.position ?? Position(0), places[i - 1]?.position ?? Position(0)))).toBe(true);
    // The clock stepped back at 300: times wait there.
    expect(places[0]?.time).toBe(5_001);
    expect(places[299]?.time).toBe(5_300);
    expect(places[350]?.time).toBe(5_300);
    expect(projection.locate(stream, Revision(700))).toBeUndefined();
    expect(projection.locate(log.names.tags(alice), Revision(0))?.position).toBe(projection.position());
    expect(projection.locate('elsewhere', Revision(0))).toBeUndefined();
    expect(projection.revisionAt(alice, { position: places[123]?.position ?? Position(0) })).toBe('123');
    expect(projection.revisionAt(alice, { position: plus(places[124]?.position ?? Position(1), -1) })).toBe('123');
    expect(projection.revisionAt(alice, { time: 5_100 })).toBe('99');
    expect(projection.revisionAt(alice, { time: 5_000 })).toBe('no-stream');
    expect(projection.revisionAt(bob, { time: 9_000 })).toBe('no-stream');
  });
});

describe('waiting and listening', () => {
  it('resolves at once what is there already, and later what comes', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    const stream = log.names.accountData(alice);
    expect(await projection.waitForRevision(stream, Revision(0), 0)).toBe(true);
    const waiting = projection.waitForRevision(stream, Revision(1), 10_000);
    const position = projection.position();
    const waitingPosition = projection.waitForPosition(plus(position === 'start' ? Position(0) : position, 1), 10_000);
    await log.set(alice, null, 'a', { n: 2 });
    expect(await waiting).toBe(true);
    expect(await waitingPosition).toBe(true);
    expect(await projection.waitForRevision(stream, Revision(2), 1)).toBe(false);
  });

  it('tells listeners once a batch, after its changes are readable', async () => {
    const { log, projection } = await setUp();
    const heard: Array<{ readonly users: ReadonlyArray<string>; readonly seen: unknown }> = [];
    const stop = projection.onChange(({ users, position }) => {
      expect(position).toBe(projection.position());
      heard.push({ users: [...users], seen: projection.get(alice, null, 'a')?.content });
    });
    await log.set(alice, null, 'a', { n: 1 });
    await log.setTag(bob, room, 't');
    await log.erase(alice);
    stop();
    await log.set(bob, null, 'a', { n: 1 });
    expect(heard).toEqual([
      { users: [alice], seen: { n: 1 } },
      { users: [bob], seen: { n: 1 } },
      { users: [alice], seen: undefined },
    ]);
  });

  it('survives a listener that throws', async () => {
    const logged: Array<string> = [];
    const { log, projection } = await setUp({ logger: { log: (_level, message) => logged.push(message) } });
    projection.onChange(() => {
      throw new Error('a listener');
    });
    await log.set(alice, null, 'a', { n: 1 });
    await log.set(alice, null, 'a', { n: 2 });
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 2 });
    expect(logged).toHaveLength(2);
  });

  it('ends waits when it is closed', async () => {
    const { log, projection } = await setUp();
    const waiting = projection.waitForRevision(log.names.accountData(alice), Revision(0), 60_000);
    await projection.close();
    expect(await waiting).toBe(false);
  });
});
